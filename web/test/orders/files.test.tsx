import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import type { Schemas } from "../../src/api/client.ts";
import { speak } from "../../src/i18n/index.ts";
import { filesStage, hasGoods, maturity, type OfFiles } from "../../src/market/files-order.ts";
import { FILES } from "../../src/pages/orders/files.tsx";

type Page = OfFiles<Schemas["OrderPage"]>;

const rub = (amount_minor: number): Schemas["Money"] => ({ amount_minor, currency: "RUB" });
const BOUGHT = "2026-11-30T10:00:00.000Z";
const order: Page = {
  id: "o",
  kind: "files",
  twip_id: "t",
  title: { en: "Fonts" },
  description: { en: "Three faces" },
  bring: {},
  customer_id: "c",
  performer_id: "p",
  other_name: "Pavel",
  unread: 0,
  role: "customer",
  price: rub(50_000),
  refunded: rub(0),
  commission_bps: 1_500,
  state: "bought",
  acts: [],
  deadline: null,
  dispute_id: null,
  disputes: [],
  disputable: { amount: rub(50_000), in_escrow: rub(0), until: "2026-12-14T10:00:00.000Z", answer_seconds: 60 },
  refundable: null,
  consultation: null,
  work: null,
  files: { access: true, matures_at: "2026-12-14T10:00:00.000Z" },
  created_at: BOUGHT,
  ended_at: BOUGHT,
  review: { written: null, may: null, until: null },
};
const GOODS: Schemas["GoodsView"] = {
  files: [
    { id: "f1", name: "Шрифты.zip", type: "application/zip", size: 5 * 1024 * 1024, given: 2, scan: "clean" },
    { id: "f2", name: "README", type: "application/octet-stream", size: 10, given: 0, scan: "not_scanned" },
  ],
  links: ["https://disk.example/d/1?key=%D1%8B"],
};
const place = document.createElement("main");
let asked: string[] = [];
let refuse: { status: number; code: string; at: string } | null = null;
let answering = 0;
const went = vi.fn();

async function answerTo(request: Request): Promise<Response> {
  const path = new URL(request.url, "http://localhost").pathname;
  asked.push(`${request.method} ${path}`);
  if (refuse && path.endsWith(refuse.at)) {
    const body = { type: "about:blank", title: "x", status: refuse.status, code: refuse.code, request_id: "r" };
    return Response.json(body, { status: refuse.status, headers: { "content-type": "application/problem+json" } });
  }
  if (path.endsWith("/link")) return Response.json({ url: "/files/f1?signed", expires_at: BOUGHT });
  if (path.endsWith("/goods")) return Response.json(GOODS);
  return Response.json({ items: [], next_cursor: null, read_up_to: {}, open: false, closes_at: null });
}

beforeAll(() => speak("en"));
beforeEach(() => {
  asked = [];
  refuse = null;
  went.mockClear();
  vi.stubGlobal("location", { assign: went, href: "http://localhost/" });
  vi.stubGlobal("fetch", async (request: Request) => {
    answering += 1;
    return answerTo(request).finally(() => {
      answering -= 1;
    });
  });
});
afterEach(() => {
  act(() => render(null, place));
  vi.unstubAllGlobals();
});

async function shown(changes: Partial<Page> = {}): Promise<string> {
  const query = { data: order, problem: undefined, loading: false, reload: () => {}, put: () => {} };
  act(() => render(<FILES.Whole order={{ ...order, ...changes }} query={query as never} />, place));
  await settled();
  return place.textContent ?? "";
}

/** Until all that was asked for is answered and shown. */
async function settled(): Promise<void> {
  for (let calm = 0, turns = 0; calm < 3 && turns < 200; turns += 1) {
    await act(async () => void (await new Promise((done) => setTimeout(done))));
    calm = place.querySelector("[aria-busy=true]") || answering > 0 ? 0 : calm + 1;
  }
}

async function press(name: string): Promise<void> {
  const named = (it: Element) => it.getAttribute("aria-label") === name || it.textContent === name;
  const button = [...place.querySelectorAll("button")].find(named);
  expect(button, name).toBeDefined();
  act(() => button?.click());
  await settled();
}

test("a buyer sees each file with its type, its size and how often it was taken", async () => {
  await shown();
  const rows = [...place.querySelectorAll(".goods > li")].map((it) => it.querySelector(".good-text")?.textContent);
  expect(rows).toEqual([
    "Шрифты.zipZIP · 5\u00a0MB · checked · downloaded 2\u00a0times",
    "README1\u00a0kB · not scanned · not downloaded yet",
    "https://disk.example/d/1?key=%D1%8B(opens in a new tab, off the site)",
  ]);
});

test("a link is asked for when it is pressed, and the count is read anew", async () => {
  await shown();
  expect(asked.filter((it) => it.startsWith("POST"))).toEqual([]);
  asked = [];
  await press("Download Шрифты.zip");
  expect(asked).toEqual(["POST /api/orders/o/goods/f1/link", "GET /api/orders/o/goods"]);
  expect(went).toHaveBeenCalledWith("/files/f1?signed");
});

test("a link that cannot be had is said beside its file, and asked for again", async () => {
  await shown();
  refuse = { status: 503, code: "unavailable", at: "/link" };
  await press("Download Шрифты.zip");
  const [first, second] = place.querySelectorAll(".goods > li");
  expect(first?.querySelector("[role=alert]")).not.toBeNull();
  expect(second?.querySelector("[role=alert]")).toBeNull();
  expect(went).not.toHaveBeenCalled();
  refuse = null;
  await press("Try again");
  expect(went).toHaveBeenCalledTimes(1);
  expect(place.querySelector("[role=alert]")).toBeNull();
});

test("a link that was bought is told nothing of whence one comes", async () => {
  await shown();
  const link = place.querySelector<HTMLAnchorElement>(".goods a");
  expect(link?.rel).toBe("noopener noreferrer nofollow");
  expect(link?.getAttribute("referrerpolicy")).toBe("no-referrer");
  expect(link?.target).toBe("_blank");
});

test("whose access a dispute has ended is told so in words, and goods are not asked for", async () => {
  const revoked = { state: "revoked", files: { ...order.files, access: false }, refunded: rub(50_000) } as const;
  const said = await shown({ ...revoked, disputable: null });
  expect(said).toContain("The dispute has ended your access");
  expect(said).toContain("₽500.00 is back in your account");
  expect(place.querySelector(".goods")).toBeNull();
  expect(asked.some((it) => it.includes("goods"))).toBe(false);
  expect(await shown({ ...revoked, role: "performer" })).toContain("Шрифты.zip");
});

test("a performer sees what they have of it, and when it can be paid out", async () => {
  const sale = { role: "performer", refundable: { amount: rub(50_000), in_escrow: rub(0) } } as const;
  const said = await shown(sale);
  expect(said).toContain("You have earned ₽425.00 after commission.");
  const money = () => place.querySelector("[aria-labelledby=money]")?.textContent;
  expect(money(), "of the price a part went to the service").toContain("you had ₽425.00. You can spend it now.");
  expect(said).toContain("It can be paid out from 14\u00a0December");
  expect(said).toContain("Give money back");
  const back = await shown({ ...sale, refunded: rub(20_000) });
  expect(back).toContain("₽200.00 has returned to the customer. You have earned ₽255.00 after commission.");
  expect(money()).toContain("you had ₽255.00. You can spend it now.");
  expect(await shown({ ...sale, dispute_id: "d", files: { access: true, matures_at: null } })).toContain(
    "cannot be paid out while the dispute is open",
  );
});

test("a purchase has no end of its own", async () => {
  const rows = async (changes: Partial<Page>) => {
    await shown(changes);
    return [...place.querySelectorAll("dt")].map((it) => it.textContent);
  };
  expect(await rows({})).not.toContain("Ended");
});

test("how it stands: a dispute goes before what came of an earlier one", () => {
  expect(filesStage(order)).toBe("bought");
  expect(filesStage({ ...order, files: { ...order.files, access: false } })).toBe("revoked");
  expect(filesStage({ ...order, dispute_id: "d" })).toBe("disputed");
  expect(hasGoods({ ...order, files: { ...order.files, access: false } })).toBe(false);
  expect(hasGoods({ ...order, role: "performer", files: { ...order.files, access: false } })).toBe(true);
});

test("what was earned can be paid out from an instant on", () => {
  const until = Date.parse("2026-12-14T10:00:00.000Z");
  expect([maturity(order, until - 1), maturity(order, until)]).toEqual(["later", "now"]);
  expect(maturity({ ...order, files: { access: true, matures_at: null } }, until)).toBe("rests");
});

test("whose access ends while they look is told so, and not that something failed", async () => {
  refuse = { status: 409, code: "wrong_state", at: "/goods" };
  const said = await shown();
  expect(said).toContain("The dispute has ended your access: the files and links are closed.");
  expect(place.querySelector("[role=alert]")).toBeNull();
});

test("a file in which malware was found cannot be asked for again, and one that is being checked can", async () => {
  await shown();
  refuse = { status: 409, code: "infected", at: "/link" };
  await press("Download Шрифты.zip");
  expect(place.textContent).toContain("Malware was found in this file");
  expect(place.textContent).not.toContain("Try again");
  refuse = { status: 409, code: "being_checked", at: "/link" };
  await press("Download Шрифты.zip");
  expect(place.textContent).toContain("still being checked for malware");
  await press("Try again");
  expect(went).not.toHaveBeenCalled();
});

test("in a list, what was bought leads to its files as long as they are the customer's", () => {
  const way = (changes: Partial<Page>) => {
    act(() => render(<FILES.Way order={{ ...order, ...changes }} />, place));
    return place.querySelector("a")?.getAttribute("href");
  };
  expect(way({})).toBe("/orders/o");
  expect(way({ role: "performer" })).toBeUndefined();
  expect(way({ files: { access: false, matures_at: null } })).toBeUndefined();
});

import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Schemas } from "../../src/api/client.ts";
import { speak } from "../../src/i18n/index.ts";
import { Confirm } from "../../src/pages/orders/placing.tsx";
import { balance } from "../../src/state/me.ts";

const rub = (amount_minor: number): Schemas["Money"] => ({ amount_minor, currency: "RUB" });
const TWIP = {
  id: "t",
  performer: { id: "p", display_name: "Pavel" },
  content: { texts: { en: { title: "A logo" } } },
  shown_in: "en",
} as unknown as Schemas["TwipPageView"];
const TERMS = { start_days: 7, acceptance_days: 7 } as Schemas["WorkTermsView"];
const place = document.createElement("main");
document.body.append(place);

beforeEach(async () => {
  await speak("en");
  balance.value = rub(500_000);
});
afterEach(() => {
  act(() => render(null, place));
  vi.unstubAllGlobals();
});

const said = () => place.textContent ?? "";

async function press(): Promise<void> {
  const button = [...place.querySelectorAll("button")].find((it) => it.textContent?.match(/^(Order for|Заказать за)/));
  await act(async () => {
    button?.click();
    for (let turn = 0; turn < 20; turn += 1) await new Promise((done) => setTimeout(done));
  });
}

test("days that have changed since are shown beside those of before, and only then confirmed", async () => {
  const sent: unknown[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    if (request.method === "POST") sent.push(await request.json());
    const body = {
      type: "about:blank",
      title: "Conflict",
      status: 409,
      code: "days_changed",
      request_id: "r",
      days: 9,
    };
    return new Response(JSON.stringify(body), {
      status: 409,
      headers: { "content-type": "application/problem+json" },
    });
  });
  const offer = { wanted: "work" as const, price: rub(450_000), days: 7, terms: TERMS };
  act(() => render(<Confirm twip={TWIP} offer={offer} />, place));
  expect(said()).toContain("7\u00a0days");
  await press();
  expect(said()).toContain("it was 7\u00a0days, now it is 9\u00a0days. Nothing has been charged.");
  expect(said()).toContain("Then they have 9\u00a0days to deliver");
  await press();
  const asked = { twip_id: "t", kind: "work", mode: null, edition: null, price: rub(450_000) };
  expect(sent).toEqual([
    { ...asked, days: 7 },
    { ...asked, days: 9 },
  ]);
});

const GOODS: Schemas["FilesOfferView"] = {
  price: rub(50_000),
  files: [{ id: "f", name: "Шрифты.zip", type: "application/zip", size: 5 * 1024 * 1024 }],
  link_count: 2,
  links: null,
};

test("files are ordered as files, and whoever has them already is led to their order", async () => {
  const sent: unknown[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    sent.push(await request.json());
    const body = { type: "about:blank", title: "Conflict", status: 409, code: "already_ordered", order_id: "o1" };
    return new Response(JSON.stringify(body), {
      status: 409,
      headers: { "content-type": "application/problem+json" },
    });
  });
  const offer = { wanted: "files" as const, price: rub(50_000), goods: GOODS, edition: "e1" };
  act(() => render(<Confirm twip={TWIP} offer={offer} />, place));
  expect(said()).toContain("1\u00a0file: ZIP, 5\u00a0MB");
  expect(said()).toContain("2\u00a0links");
  await press();
  expect(sent).toEqual([{ twip_id: "t", kind: "files", mode: null, days: null, edition: "e1", price: rub(50_000) }]);
  expect(said()).toContain("You have bought these files already");
  expect(place.querySelector('a[href="/orders/o1"]')).not.toBeNull();
});

describe("files that have changed since", () => {
  const READ = {
    ...TWIP,
    content: { texts: TWIP.content?.texts, files: GOODS },
    edition: "e1",
  } as Schemas["TwipPageView"];
  const FEWER = { ...GOODS, files: [{ id: "g", name: "Один шрифт.otf", type: "font/otf", size: 1024 }], link_count: 0 };
  const OFFER = { wanted: "files" as const, price: rub(50_000), goods: GOODS, edition: "e1" };

  /** Answers every order with the refusal, and every reading with the twip as it is by now. */
  function served(now: unknown): unknown[] {
    const sent: unknown[] = [];
    vi.stubGlobal("fetch", async (request: Request) => {
      const json = (body: unknown, status: number, type: string) =>
        new Response(JSON.stringify(body), { status, headers: { "content-type": type } });
      const refusal = { type: "about:blank", title: "No", request_id: "r" };
      if (request.method === "POST") {
        sent.push(((await request.json()) as { edition: string }).edition);
        return json(
          { ...refusal, status: 409, code: "edition_changed", edition: "e2" },
          409,
          "application/problem+json",
        );
      }
      return now
        ? json(now, 200, "application/json")
        : json({ ...refusal, status: 404, code: "not_found", what: "twip" }, 404, "application/problem+json");
    });
    return sent;
  }

  test.each([
    ["en", "What is sold here has changed: look at it, and confirm anew. Nothing has been charged."],
    ["ru", "То, что здесь продаётся, изменилось: посмотрите и подтвердите заново. Ничего не списано."],
  ] as const)("are shown with what has happened, and only then confirmed (%s)", async (lang, words) => {
    await speak(lang);
    const revised = { texts: { en: { title: "One face" } }, files: FEWER };
    const sent = served({ ...READ, content: revised, edition: "e2" });
    act(() => render(<Confirm twip={READ} offer={OFFER} />, place));
    expect(said()).not.toContain(words);
    await press();
    expect(said()).toContain(words);
    expect(said()).toContain("Один шрифт.otf");
    expect(place.querySelector("h2")?.textContent).toBe("One face");
    await press();
    expect(sent).toEqual(["e1", "e2"]);
  });

  test("at another price are confirmed at that price", async () => {
    served({ ...READ, content: { ...READ.content, files: { ...FEWER, price: rub(60_000) } }, edition: "e2" });
    act(() => render(<Confirm twip={READ} offer={OFFER} />, place));
    await press();
    expect(said()).toContain("The price has changed");
    expect([...place.querySelectorAll("button")].some((it) => it.textContent?.includes("600"))).toBe(true);
  });

  test("and are not sold any more: that is said, and the edition of before stays", async () => {
    const sent = served(null);
    act(() => render(<Confirm twip={READ} offer={OFFER} />, place));
    await press();
    expect(said()).toContain("It is not there any more");
    await press();
    expect(sent).toEqual(["e1", "e1"]);
  });
});

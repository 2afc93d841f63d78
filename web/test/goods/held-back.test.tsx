/** What a scan has found keeps a twip from its submission or its approval; the author's and the moderator's pages say why, and look again. */
import { render } from "preact";
import { act } from "preact/test-utils";
import { LocationProvider } from "preact-iso";
import { afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import type { Schemas } from "../../src/api/client.ts";
import type { Verdict } from "../../src/files/scans.ts";
import { speak } from "../../src/i18n/index.ts";
import { Moderation } from "../../src/pages/admin/moderation.tsx";
import { Editor } from "../../src/pages/offer/editor.tsx";

const AT = "2026-11-30T10:00:00.000Z";
const place = document.createElement("main");
document.body.append(place);
let now: Verdict = "checking";
let asked: string[] = [];

function twip(scan: Verdict, review: Schemas["Review"] = "draft"): Schemas["TwipView"] {
  const film = { id: "f1", name: "film.zip", type: "application/zip", size: 2048 };
  return {
    id: "t1",
    author_id: "irina",
    kind: "files",
    version: 3,
    sale: "unpublished",
    review,
    reason: null,
    published: null,
    draft: {
      languages: ["en"],
      texts: { en: { title: "A film", description: "Ten minutes of it", bring: "" } },
      prices: {},
      category: { id: "other", names: { ru: "Другое", en: "Other" } },
      tags: [],
      work: null,
      files: { price: { amount_minor: 50_000, currency: "RUB" }, files: [film], link_count: 0, links: [] },
    },
    created_at: AT,
    submitted_at: AT,
    published_at: null,
    scans: { f1: scan },
  };
}

async function answerTo(request: Request): Promise<Response> {
  const path = new URL(request.url, "http://localhost").pathname.replace(/^\/api/, "");
  asked.push(`${request.method} ${path}`);
  if (path === "/twips/t1") return Response.json({ revision: twip(now) });
  const queue = [{ twip: twip(now, "pending"), author_name: "Irina" }];
  return Response.json({ items: path === "/admin/moderation" ? queue : [], next_cursor: null });
}

beforeAll(() => speak("en"));
beforeEach(() => {
  asked = [];
  sessionStorage.clear();
  localStorage.clear();
  vi.useFakeTimers();
  vi.stubGlobal("fetch", answerTo);
});
afterEach(() => {
  act(() => render(null, place));
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

async function pass(ms: number): Promise<void> {
  await act(async () => void (await vi.advanceTimersByTimeAsync(ms)));
}
async function shown(page: preact.JSX.Element): Promise<void> {
  act(() => render(<LocationProvider>{page}</LocationProvider>, place));
  await pass(50);
}
const button = (name: string) => [...place.querySelectorAll("button")].find((it) => it.textContent === name);
const off = (name: string) => button(name)?.getAttribute("aria-disabled") === "true";
const why = () => place.querySelector("#held-back")?.textContent ?? "";
const label = () => place.querySelector(".goods-own small")?.textContent;

test("what is being checked may be submitted; malware keeps it back as soon as it is found, without a press", async () => {
  now = "checking";
  await shown(<Editor twip={twip("checking")} />);
  expect(label()).toContain("being checked");
  expect(why()).toContain("You can submit meanwhile");
  expect(off("Submit for moderation")).toBe(false);
  now = "infected";
  await pass(3_000);
  expect(label()).toContain("malware found");
  expect(why()).toContain("Malware was found: film.zip. Replace or remove the file");
  expect(off("Submit for moderation")).toBe(true);
  expect(button("Submit for moderation")?.getAttribute("aria-describedby")).toBe("held-back");
  asked = [];
  await pass(600_000);
  expect(asked).toEqual([]);
});

test("once the file with malware is removed from the form, the rest may be submitted", async () => {
  await shown(<Editor twip={twip("infected")} />);
  const remove = place.querySelector<HTMLButtonElement>('[aria-label="Remove film.zip"]');
  act(() => remove?.click());
  expect(why()).toBe("");
  expect(off("Submit for moderation")).toBe(false);
});

test("what is too large may be submitted, and the author is told who decides", async () => {
  await shown(<Editor twip={twip("too_large")} />);
  expect(why()).toContain("a moderator decides");
  expect(off("Submit for moderation")).toBe(false);
});

test("a look that fails is made again", async () => {
  await shown(<Editor twip={twip("checking")} />);
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("offline")));
  await pass(3_000);
  expect(label()).toContain("being checked");
  vi.stubGlobal("fetch", answerTo);
  now = "clean";
  await pass(6_000);
  expect(label()).toContain(", checked");
  expect(why()).toBe("");
});

test.each([
  ["checking", "can be approved after that"],
  ["too_large", "first let it through"],
  ["infected", "It cannot be approved"],
] as const)(
  "a moderator is told why a twip with a file that is %s cannot be approved, and may reject it",
  async (scan, said) => {
    now = scan;
    await shown(<Moderation />);
    expect(why()).toContain(said);
    expect(off("Approve and publish")).toBe(true);
    expect(button("Approve and publish")?.getAttribute("aria-describedby")).toBe("held-back");
    expect(off("Reject with the reason")).toBe(false);
  },
);

test("of several reasons a moderator reads the one to be minded first, an author all of them", async () => {
  const several = twip("checking");
  const files = several.draft?.files?.files ?? [];
  files.push({ id: "f2", name: "fonts.zip", type: "application/zip", size: 4096 });
  several.scans = { f1: "checking", f2: "infected" };
  await shown(<Editor twip={several} />);
  expect([why().includes("film.zip"), why().includes("fonts.zip")]).toEqual([true, true]);
  const queue = [{ twip: { ...several, review: "pending" }, author_name: "Irina" }];
  vi.stubGlobal("fetch", async () => Response.json({ items: queue, next_cursor: null }));
  await shown(<Moderation />);
  expect([why().includes("film.zip"), why().includes("fonts.zip")]).toEqual([false, true]);
});

test("as soon as the files have passed, a moderator may approve, and what is open stays open", async () => {
  now = "checking";
  await shown(<Moderation />);
  now = "clean";
  await pass(3_000);
  expect(why()).toBe("");
  expect(off("Approve and publish")).toBe(false);
  expect(asked.filter((it) => it.endsWith("/admin/moderation"))).toHaveLength(1);
});

import { render } from "preact";
import { act } from "preact/test-utils";
import { LocationProvider, Route, Router } from "preact-iso";
import { afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import type { Schemas } from "../../src/api/client.ts";
import { speak } from "../../src/i18n/index.ts";
import PerformerPage from "../../src/pages/market/performer.tsx";
import { AboutMe } from "../../src/pages/profile/about-me.tsx";
import { found } from "./made.ts";

type Person = Schemas["IntroductionView"];
const rub = (amount_minor: number) => ({ amount_minor, currency: "RUB" });

function person(part: Partial<Person> = {}): Person {
  const rating = { stars: 4.7, reviews: 43, by_stars: [0, 1, 2, 6, 34], refusals: 0 };
  const hours = { zone: "Europe/Moscow", offset_minutes: 180, grid: [], coming: [], as_of: "2026-11-27T09:40:00.000Z" };
  const { performer } = found("x");
  return {
    ...performer,
    rating,
    hours,
    texts: { ru: { profession: "Инженер", about: "" }, en: { profession: "", about: "Twelve years.\n\nNo jargon." } },
    sessions_held: 212,
    since: "2025-03-15T10:00:00.000Z",
    ...part,
  };
}

function offer(title: string, part: Partial<Schemas["ContentView"]>, kind: Schemas["TwipKind"]): Schemas["OfferCard"] {
  const { performer: _, ...card } = found(title);
  return { ...card, kind, content: { ...card.content, ...part } };
}

const OFFERS = [
  offer("Tables", { prices: {}, files: { price: rub(39_000), files: [], link_count: 1, links: null } }, "files"),
  offer("Wiring", { prices: { video: rub(75_000), text: rub(45_000) } }, "consultation"),
];

let answers: Record<string, unknown> = {};
let sent: Array<[string, unknown]> = [];
const place = document.createElement("main");
document.body.append(place);

beforeAll(() => speak("en"));
beforeEach(() => {
  sent = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    const path = new URL(request.url).pathname.replace("/api", "");
    if (request.method !== "GET") sent.push([`${request.method} ${path}`, await request.clone().json()]);
    const said = answers[`${request.method} ${path}`] ?? answers[path];
    // A person has a status of another kind.
    const given = (said as { status?: unknown } | undefined)?.status;
    const status = typeof given === "number" ? given : said ? 200 : 404;
    const body = said ?? { code: "not_found", status: 404, what: "user" };
    const type = status < 400 ? "application/json" : "application/problem+json";
    return new Response(JSON.stringify(body), { status, headers: { "content-type": type } });
  });
});
afterEach(() => {
  act(() => render(null, place));
  sessionStorage.clear();
  vi.unstubAllGlobals();
});

const settled = async () => {
  for (let n = 0; n < 6; n++) await act(async () => void (await new Promise((done) => setTimeout(done, 10))));
};

async function open(given: Person | null, offers = OFFERS): Promise<void> {
  answers = given
    ? {
        "/users/p": given,
        "/users/p/twips": { items: offers, next_cursor: null },
        "/users/p/reviews": { items: [], next_cursor: null },
      }
    : {};
  history.replaceState(null, "", "/performers/p");
  act(() =>
    render(
      <LocationProvider>
        <Router>
          <Route path="/performers/:id" component={PerformerPage} />
          <Route default component={() => null} />
        </Router>
      </LocationProvider>,
      place,
    ),
  );
  await settled();
}

const one = (selector: string) => place.querySelector<HTMLElement>(selector);
const said = (selector: string) => one(selector)?.textContent?.replaceAll("\u00a0", " ");

test("whoever can be called has one filled button, which says what it costs and leads to the order", async () => {
  await open(person());
  const buttons = [...place.querySelectorAll<HTMLAnchorElement>(".btn-primary")];
  expect(buttons.map((it) => [it.textContent, it.getAttribute("href")])).toEqual([
    ["Call for ₽750", "/twips/Wiring/order/video"],
  ]);
  expect(said(".perf-facts")).toBe("43 reviews4.7Rated 4.7 out of 5held212 sessionson Twipsince March 2025");
});

test("kinds stand in their order, and one that is not sold has no row", async () => {
  await open(person());
  expect([...place.querySelectorAll(".ptwip h3")].map((it) => it.textContent)).toEqual(["Wiring", "Tables"]);
  expect([...place.querySelectorAll(".pt-kind")].map((it) => it.textContent)).toEqual(["Consultation", "Files"]);
});

test("who cannot be called has no button to call, and who sells no consultation has no box to reach them", async () => {
  await open(person({ callable: false, uncallable_reason: "not_on_site" }));
  expect(one(".reach")).not.toBeNull();
  expect(one(".btn-primary")).toBeNull();
  act(() => render(null, place));
  await open(person(), OFFERS.slice(0, 1));
  expect(one(".reach")).toBeNull();
});

test("what is said only in the other language is shown and marked", async () => {
  await open(person());
  expect(one(".perf-head p")?.lang).toBe("ru");
  expect(said(".perf-head p")).toBe("Инженер");
  expect(one(".lead")?.lang).toBe("");
  expect(said(".lead")).toBe("Twelve years.");
});

test("nothing is shown of what there is none: no sessions, no ratings, no words", async () => {
  const nothing = { stars: null, reviews: 0, by_stars: [0, 0, 0, 0, 0], refusals: 0 };
  await open(person({ sessions_held: 0, rating: nothing, texts: {} }), []);
  expect(said(".perf-facts")).toBe("on Twipsince March 2025");
  expect(one(".perf-head p")).toBeNull();
  expect(place.textContent).toContain("Nothing is on offer here");
});

test("a person who is not there is said to be gone", async () => {
  await open(null);
  expect(place.textContent).toContain("There is no such person here");
});

async function write(name: string, text: string): Promise<void> {
  const field = place.querySelector<HTMLInputElement>(`[name="${name}"]`);
  if (!field) throw new Error(`no ${name}`);
  await act(async () => {
    field.value = text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

test("an address is refused beside its field, in words, and what was written stays", async () => {
  answers = {
    "/users/p": person({ texts: {} }),
    "PUT /me/about": {
      status: 422,
      code: "invalid_input",
      errors: [{ field: "texts.en.about", code: "no_links" }],
    },
  };
  act(() => render(<AboutMe id="p" />, place));
  await settled();
  await write("texts.en.about", "See example.org/me");
  await act(async () => place.querySelector("form")?.requestSubmit());
  await settled();
  expect(sent).toEqual([
    [
      "PUT /me/about",
      { texts: { ru: { profession: "", about: "" }, en: { profession: "", about: "See example.org/me" } } },
    ],
  ]);
  const field = place.querySelector<HTMLTextAreaElement>('[name="texts.en.about"]');
  expect(field?.value).toBe("See example.org/me");
  expect(field?.getAttribute("aria-invalid")).toBe("true");
  expect(said(".field-error")).toContain("No links and no addresses");
});

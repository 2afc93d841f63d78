import { render } from "preact";
import { act } from "preact/test-utils";
import { LocationProvider } from "preact-iso";
import { afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import type { Schemas } from "../../src/api/client.ts";
import { speak } from "../../src/i18n/index.ts";
import { FindPage } from "../../src/pages/find.tsx";
import { answer, facets } from "./made.ts";

/** What the service answers, one after another; the last again and again. Null: nothing yet. */
let answers: Array<Schemas["FoundTwips"] | null> = [];
let asked: URLSearchParams[] = [];
const place = document.createElement("main");
document.body.append(place);

beforeAll(() => speak("en"));
beforeEach(() => {
  asked = [];
  vi.stubGlobal("fetch", (request: Request) => {
    asked.push(new URL(request.url).searchParams);
    const next = answers.length > 1 ? answers.shift() : answers[0];
    if (!next) return new Promise(() => {});
    return Promise.resolve(new Response(JSON.stringify(next), { headers: { "content-type": "application/json" } }));
  });
});
afterEach(() => {
  act(() => render(null, place));
  vi.unstubAllGlobals();
});

const settled = async () => {
  for (let n = 0; n < 6; n++) await act(async () => void (await new Promise((done) => setTimeout(done, 10))));
};

async function open(path: string, ...given: typeof answers): Promise<void> {
  await comeTo(null, path, ...given);
}

/** `state`: what the history says of the place. */
async function comeTo(state: unknown, path: string, ...given: typeof answers): Promise<void> {
  answers = given;
  act(() => render(null, place));
  history.replaceState(state, "", path);
  act(() =>
    render(
      <LocationProvider>
        <FindPage />
      </LocationProvider>,
      place,
    ),
  );
  await settled();
}

const all = (selector: string) => [...place.querySelectorAll<HTMLElement>(selector)];
/** A number and its word stand together. */
const words = (element: Element | null | undefined) => element?.textContent?.replaceAll("\u00a0", " ");
const said = (selector: string) => words(place.querySelector(selector));
const choice = (name: string) => {
  const found = all(".choice").find((it) => it.textContent?.startsWith(name));
  if (!found) throw new Error(`no ${name} in ${place.textContent}`);
  return found;
};
const radio = (name: string) => choice(name).querySelector("input") as HTMLInputElement;
const press = async (element: HTMLElement | undefined) => {
  if (!element) throw new Error(`nothing to press in ${place.textContent}`);
  act(() => element.click());
  await settled();
};
const button = (name: string) =>
  all("button, a").find((it) => (it.getAttribute("aria-label") ?? it.textContent)?.startsWith(name));

test("each choice says how many twips it would show, in one request with the twips", async () => {
  await open("/", answer(["Lease"], { next_cursor: "c" }));
  expect(asked).toHaveLength(1);
  expect(asked[0]?.get("facets")).toBe("true");
  expect(words(choice("English").querySelector(".shows"))).toBe("55 twips");
  expect(choice("₽500 – ₽1,500").querySelector(".shows [aria-hidden]")?.textContent).toBe("18");
  expect(choice("4 and up").querySelector(".shows [aria-hidden]")?.textContent).toBe("9");
  expect(all(".kind .shows [aria-hidden]").map(words)).toEqual(["24", "131", "7"]);
  expect(said("#found")).toBe("24 twips");
});

test("a choice that would show nothing is there, and cannot be chosen unless it is", async () => {
  await open("/", answer(["Lease"]));
  expect(radio("Over ₽1,500").disabled).toBe(true);
  await open("/?price_from=150001", answer([]));
  expect([radio("Over ₽1,500").disabled, radio("Over ₽1,500").checked]).toEqual([false, true]);
});

test("places of choices and counts are kept while the first answer is on its way", async () => {
  await open("/", null);
  expect(all(".choice.skeleton")).toHaveLength(5);
  expect(all(".shows.skeleton").length).toBe(3 + 4);
  expect(radio("Any price").checked).toBe(true);
});

test("counts of earlier filters stay until the new ones are there", async () => {
  await open("/", answer(["Lease"]), null);
  await press(radio("English"));
  expect(asked.at(-1)?.get("lang")).toBe("en");
  expect(all(".skeleton")).toEqual([]);
  expect(choice("Russian").querySelector(".shows [aria-hidden]")?.textContent).toBe("22");
});

test("nothing is counted where only those are wanted who can be called", async () => {
  await open("/?callable=1", answer(["Lease"], { next_cursor: "c" }));
  expect(all(".choice .shows")).toEqual([]);
  expect(said("#found")).toBe("1+ twips");
});

test("a page on which nobody can be called is not the end while there is more to look at", async () => {
  await open("/?callable=1", answer([], { next_cursor: "c" }));
  expect(document.body.textContent).not.toContain("Nothing found");
  expect(document.body.textContent).toContain("Nobody among the first ones found can be called now.");
  expect(button("Show more")).toBeTruthy();
});

test("what is chosen stands as chips, and whoever removes one goes on with the next", async () => {
  await open("/?price_from=50001&price_to=150000&lang=ru&rated_from=4", answer(["Lease"]));
  const chips = () => all(".chosen button").map(words);
  expect(chips()).toEqual(["₽500 – ₽1,500", "Rating: 4 and up", "Russian"]);
  await press(button("Remove: Rating"));
  expect(chips()).toEqual(["₽500 – ₽1,500", "Russian"]);
  expect(location.search).toBe("?price_from=50001&price_to=150000&lang=ru");
  expect(document.activeElement?.textContent).toBe("Russian");
  await press(button("Remove: Russian"));
  await press(button("Remove: ₽500"));
  expect(location.search).toBe("");
  expect(document.activeElement?.id).toBe("found");
});

test("a band of prices and a price of one's own take each other's place", async () => {
  await open("/?price_to=123400", answer(["Lease"]));
  const own = place.querySelector<HTMLInputElement>(".input-money input") as HTMLInputElement;
  expect(own.value).toBe("1234");
  expect(all(".choices input[name=price]:checked")).toEqual([]);
  await press(radio("₽500 – ₽1,500"));
  expect([location.search, own.value]).toEqual(["?price_from=50001&price_to=150000", ""]);
  own.value = "700";
  act(() => void own.dispatchEvent(new Event("input", { bubbles: true })));
  await settled();
  expect([location.search, radio("₽500 – ₽1,500").checked]).toEqual(["?price_to=70000", false]);
});

test.each([
  ["few", "Few twips have all of these words; those behind them lack one."],
  ["typos", "Nothing has exactly these words: here are twips with words that differ by a letter."],
  ["most", "Nothing has all of these words; here is what has the most of them."],
  ["all", ""],
] as const)("what was done to find anything is said, and read out: %s", async (fit, sentence) => {
  await open("/?q=lease", null);
  expect(said("[role=status].fit")).toBe("");
  await open("/?q=lease", answer(["Lease"], { fit }));
  expect(said("[role=status].fit")).toBe(sentence);
});

test("what was typed on the other layout is named as it was understood, and can be asked for so", async () => {
  await open("/?q=ljujdjh&lang=ru", answer(["Lease"], { fit: "layout", understood: "договор" }));
  expect(said(".fit")).toContain("Showing results for “договор”");
  await press(button("“договор”"));
  expect(new URLSearchParams(location.search).get("q")).toBe("договор");
  expect(new URLSearchParams(location.search).get("lang")).toBe("ru");
});

test("words without a letter are named as such, not as words that nothing has", async () => {
  await open("/?q=!!!", answer([], { fit: null, facets: null }));
  expect(place.textContent).toContain("“!!!” has no letters and no numbers to look for.");
  expect(all(".empty-ways a, .empty-ways button").map(words)).toEqual(["Clear the search"]);
  expect(all(".choice.skeleton, .shows")).toEqual([]);
});

test("nothing found names the ways out, with what each would show, and none that leads nowhere", async () => {
  const none = { ...facets(), kinds: { consultation: 0, work: 3, files: 0 }, languages: { ru: 2, en: 0 } };
  await open("/?q=lease&lang=en", answer([], { facets: none }), answer(["Lease"]));
  expect(place.textContent).toContain("Nothing in this language.");
  expect(all(".empty-ways a, .empty-ways button").map(words)).toEqual([
    "Any language22 twips",
    "Look among works33 twips",
    "Clear the search",
  ]);
  await press(button("Any language"));
  expect(location.search).toBe("?q=lease");
  expect(document.activeElement?.id).toBe("found");
});

test("what was not found is named as it was asked, not as it is being typed", async () => {
  await open("/?q=lease", answer([], { facets: null }), null);
  const field = place.querySelector<HTMLInputElement>("input[type=search]") as HTMLInputElement;
  field.value = "leases";
  act(() => void field.dispatchEvent(new Event("input", { bubbles: true })));
  act(() => void field.form?.dispatchEvent(new Event("submit", { bubbles: true, cancelable: true })));
  await settled();
  expect(location.search).toBe("?q=leases");
  expect(place.textContent).toContain("Nothing matches “lease”.");
});

test("who comes back from a twip finds as many pages as they had read, where they had left them", async () => {
  const scrolled = vi.fn();
  vi.stubGlobal("scrollTo", scrolled);
  await open("/?q=lease", answer(["One"], { next_cursor: "c" }), answer(["Two"], { next_cursor: "d" }));
  expect(scrolled).not.toHaveBeenCalled();
  await press(button("Show more"));
  vi.stubGlobal("scrollY", 700);
  const opened = all(".twip a").find((it) => it.textContent === "Two");
  // The router would go on to the twip's page.
  opened?.addEventListener("click", (event) => event.stopPropagation());
  opened?.removeAttribute("href");
  await press(opened);
  const left = history.state;
  asked = [];
  await comeTo(left, "/?q=lease", answer(["One"], { next_cursor: "c" }), answer(["Two"], { next_cursor: "d" }));
  expect(all(".twip h3").map(words)).toEqual(["One", "Two"]);
  expect(asked.map((it) => it.get("cursor"))).toEqual([null, "c"]);
  expect(scrolled.mock.calls).toEqual([[0, 700]]);
  answers = [answer(["Three"], { next_cursor: "e" })];
  await press(button("Work"));
  expect(all(".twip h3").map(words)).toEqual(["Three"]);
});

test("a place in the history that was never left, or by somebody who had read very much, begins at its first page", async () => {
  const scrolled = vi.fn();
  vi.stubGlobal("scrollTo", scrolled);
  for (const state of [null, "other", { called: true }, { pages: 11, y: 9_000 }]) {
    asked = [];
    await comeTo(state, "/?q=lease", answer(["One"], { next_cursor: "c" }));
    expect(asked).toHaveLength(1);
  }
  expect(scrolled).not.toHaveBeenCalled();
});

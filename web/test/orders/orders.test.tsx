import { render } from "preact";
import { act } from "preact/test-utils";
import { LocationProvider, useLocation } from "preact-iso";
import { afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { speak } from "../../src/i18n/index.ts";
import { soughtIn } from "../../src/market/seeking.ts";
import { Orders } from "../../src/pages/orders/orders.tsx";
import { card } from "./made.ts";

/** What the service answers, one page after another; the last again and again. */
let pages: Array<{ items: unknown[]; next_cursor: string | null } | null> = [];
let asked: URLSearchParams[] = [];
const place = document.createElement("main");
document.body.append(place);

beforeAll(() => speak("en"));
beforeEach(() => {
  asked = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    asked.push(new URL(request.url).searchParams);
    const page = pages.length > 1 ? pages.shift() : pages[0];
    if (!page) return new Response("{}", { status: 503 });
    return new Response(JSON.stringify(page), { headers: { "content-type": "application/json" } });
  });
});
afterEach(() => {
  act(() => render(null, place));
  vi.unstubAllGlobals();
});

function Page() {
  const { url } = useLocation();
  return <Orders sought={soughtIn(url.split("?")[1] ?? "")} />;
}

const settled = async () => {
  for (let n = 0; n < 6; n++) await act(async () => void (await new Promise((done) => setTimeout(done, 10))));
};

async function open(path: string): Promise<void> {
  history.replaceState(null, "", path);
  act(() =>
    render(
      <LocationProvider>
        <Page />
      </LocationProvider>,
      place,
    ),
  );
  await settled();
}

const titles = () => [...place.querySelectorAll("article h2")].map((title) => title.textContent);
const press = async (name: string) => {
  const found = [...place.querySelectorAll<HTMLElement>("a, button")].find((it) => it.textContent === name);
  if (!found) throw new Error(`no ${name} in ${place.textContent}`);
  act(() => found.click());
  await settled();
};
const page = (next_cursor: string | null, ...names: string[]) => ({
  items: names.map((title) => card({ id: title, title: { en: title } })),
  next_cursor,
});

test("whoever has no orders is led to the market, and is not asked which of them", async () => {
  pages = [page(null)];
  await open("/orders");
  expect(place.textContent).toContain("No orders yet");
  expect(place.querySelector("input[type=search]")).toBeNull();
});

test("a chosen state stands in the address, is asked for, and is marked as chosen", async () => {
  pages = [page(null, "A logo", "A poster")];
  await open("/orders");
  pages = [page(null, "A logo")];
  await press("Your turn");
  expect(location.search).toBe("?state=waiting");
  expect(asked.at(-1)?.get("state")).toBe("waiting");
  expect(titles()).toEqual(["A logo"]);
  expect(place.querySelector(".chips [aria-current]")?.textContent).toBe("Your turn");
  expect(place.querySelector("[role=status]")?.textContent).toBe("Found: 1");
});

test("nothing of that kind is told from nothing at all, and the filter to drop is named", async () => {
  pages = [page(null)];
  await open("/orders?state=disputed&q=logo");
  expect(place.textContent).toContain("No title and no name here has “logo” in it.");
  await press("Clear the search");
  expect(location.search).toBe("?state=disputed");
  expect(place.textContent).toContain("No order is in dispute.");
  pages = [page(null, "A logo")];
  await press("Whatever the state");
  expect(location.search).toBe("");
  expect(titles()).toEqual(["A logo"]);
});

test("pages that hold little or nothing are read on until the end, each where the last one ended", async () => {
  pages = [page("c1"), page("c2", "A logo"), page("c3"), page(null, "A poster")];
  await open("/orders?q=o");
  expect(titles()).toEqual(["A logo", "A poster"]);
  expect(asked.map((it) => it.get("cursor"))).toEqual([null, "c1", "c2", "c3"]);
  expect(place.textContent).not.toContain("More");
});

test("it reads on as far as a page goes and no further; a press leads on", async () => {
  const many = Array.from({ length: 12 }, (_, n) => `Order ${n}`);
  pages = [page("c1", ...many), page("c2", ...many.map((it) => `${it}b`)), page(null, "The last")];
  await open("/orders?kind=work");
  expect(titles()).toHaveLength(24);
  expect(asked).toHaveLength(2);
  await press("Show more");
  expect(titles()).toHaveLength(25);
});

test("a failure on the way keeps what is found, and asks no more by itself", async () => {
  pages = [page("c1", "A logo"), null];
  await open("/orders?kind=work");
  expect(titles()).toEqual(["A logo"]);
  expect(place.querySelector("[role=alert]")).not.toBeNull();
  const before = asked.length;
  await settled();
  expect(asked).toHaveLength(before);
  pages = [page(null, "A poster")];
  await press("Show more");
  expect(titles()).toEqual(["A logo", "A poster"]);
});

test("another question waits for its own answer and does not say meanwhile that there is nothing", async () => {
  pages = [page(null)];
  await open("/orders?state=open");
  let answer: (value: Response) => void = () => {};
  vi.stubGlobal("fetch", () => new Promise<Response>((done) => (answer = done)));
  await press("Over");
  expect(place.textContent).not.toContain("Nothing like that");
  expect(place.querySelector(".skeleton")).not.toBeNull();
  answer(new Response(JSON.stringify(page(null, "A logo")), { headers: { "content-type": "application/json" } }));
  await settled();
  expect(titles()).toEqual(["A logo"]);
});

test("words are asked for while one types, and the address of the moment is replaced by theirs", async () => {
  pages = [page(null, "A logo", "A poster")];
  await open("/orders");
  await press("Open");
  const before = history.length;
  const field = place.querySelector<HTMLInputElement>("input[type=search]");
  if (!field) throw new Error("there is no field");
  pages = [page(null, "A logo")];
  act(() => {
    field.value = "logos ";
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
  await act(async () => void (await new Promise((done) => setTimeout(done, 300))));
  await settled();
  expect(location.search).toBe("?state=open&q=logos");
  expect(history.length).toBe(before);
  expect(titles()).toEqual(["A logo"]);
  expect(field.value).toBe("logos ");
});

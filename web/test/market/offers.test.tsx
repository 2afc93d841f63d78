import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeAll, expect, test } from "vitest";
import type { Schemas } from "../../src/api/client.ts";
import { speak } from "../../src/i18n/index.ts";
import { Goods } from "../../src/pages/market/goods-shown.tsx";
import { Offers } from "../../src/pages/market/offers.tsx";

const place = document.createElement("main");
const GOODS: Schemas["FilesOfferView"] = {
  price: { amount_minor: 50_000, currency: "RUB" },
  files: [
    { id: "a", name: "Шрифты и вывески.zip", type: "application/zip", size: 4 * 1024 * 1024 },
    { id: "b", name: "README", type: "application/octet-stream", size: 10 },
  ],
  link_count: 1,
  links: null,
};
const TWIP = { id: "t", kind: "files", sale: "on_sale", bought: false, latest_order: null };

beforeAll(() => speak("en"));
afterEach(() => act(() => render(null, place)));

/** The addresses of the buttons, for somebody to whom the twip looks so. */
function ways(changes: Partial<Schemas["TwipPageView"]> = {}, mine = false): (string | null)[] {
  const twip = { ...TWIP, ...changes } as Schemas["TwipPageView"];
  const content = { prices: {}, work: null, files: GOODS } as unknown as Schemas["ContentView"];
  act(() => render(<Offers twip={twip} content={content} mine={mine} />, place));
  return [...place.querySelectorAll("a")].map((it) => it.getAttribute("href"));
}

test("files have one button, with their price", () => {
  expect(ways()).toEqual(["/twips/t/order?kind=files"]);
  expect(place.textContent).toContain("Order for ₽500");
});

test("whoever has them finds the order, and is not sold them again", () => {
  expect(ways({ bought: true, latest_order: "o" })).toEqual(["/orders/o"]);
  expect(ways({ bought: true, latest_order: "o", sale: "withdrawn" })).toEqual(["/orders/o"]);
});

test("whoever has them no more finds the earlier order, and may buy again", () => {
  expect(ways({ latest_order: "o" })).toEqual(["/orders/o", "/twips/t/order?kind=files"]);
});

test("one's own files, and what is off the market, have no button", () => {
  expect(ways({}, true)).toEqual([]);
  expect(ways({ sale: "withdrawn" })).toEqual([]);
});

test("what one gets is named file by file, and links by their number alone", () => {
  act(() => render(<Goods goods={GOODS} />, place));
  const rows = [...place.querySelectorAll("li")].map((it) => it.querySelector(".good-text")?.textContent);
  expect(rows).toEqual([
    "Шрифты и вывески.zipZIP · 4\u00a0MB",
    "README1\u00a0kB",
    "1\u00a0linkShown on the page of your order once you have paid",
  ]);
  expect(place.querySelector("a")).toBeNull();
});

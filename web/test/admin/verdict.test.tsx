import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeAll, expect, test } from "vitest";
import { speak } from "../../src/i18n/index.ts";
import { Verdict } from "../../src/pages/admin/verdict.tsx";
import { keepUnsaved } from "../../src/state/unsaved.ts";
import { dispute } from "../disputes/made.ts";

const place = document.createElement("main");
const nothing = () => {};

beforeAll(() => speak("en"));
afterEach(() => act(() => render(null, place)));

/** What keeps the verdict over files from being given, of a draft that says so much. */
function needed(customer: string, performer: string, keeps: boolean | null): string {
  const files = dispute({ id: `${customer}-${keeps}`, kind: "files" });
  const value = { division: { customer, performer }, reasons: "It is so.", keeps };
  keepUnsaved(`verdict.${files.id}`, { base: files.id, value });
  act(() => render(<Verdict key={files.id} dispute={files} onDone={nothing} onMoved={nothing} />, place));
  return place.querySelector("#verdict-needs")?.textContent ?? "";
}

test("no verdict takes the files of a customer who gets nothing back", () => {
  expect(needed("0", "1000", false)).toBe(
    "Whoever gets nothing back keeps the files. Give them a part of the money, or leave them the files.",
  );
  expect(needed("0", "1000", true)).toBe("");
  expect(needed("0.01", "999.99", false)).toBe("");
});

test("a verdict over files says whether the customer keeps them", () => {
  expect(needed("500", "500", null)).toBe("First say whether the customer keeps the files.");
});

test("sums that a press fills in are written as the reader's language has them", async () => {
  await speak("ru");
  const odd = dispute({ id: "odd", kind: "files", amount: { amount_minor: 149_051, currency: "RUB" } });
  act(() => render(<Verdict dispute={odd} onDone={nothing} onMoved={nothing} />, place));
  const half = [...place.querySelectorAll("button")].find((it) => it.textContent === "Поровну");
  act(() => half?.click());
  expect([...place.querySelectorAll("input")].map(({ value }) => value)).toEqual(["745,25", "745,26"]);
  await speak("en");
});

import { type Signal, signal } from "@preact/signals";
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, test } from "vitest";
import { speak } from "../src/i18n/index.ts";
import { filled, HOURS } from "../src/pages/profile/grid.ts";
import { Week } from "../src/pages/profile/week.tsx";

let grid: Signal<string>;
const cell = (n: number) => document.querySelector(`[data-cell="${n}"]`) as HTMLElement;
const press = (key: string, shiftKey = false) =>
  document.activeElement?.dispatchEvent(
    new KeyboardEvent("keydown", { key, shiftKey, bubbles: true, cancelable: true }),
  );
const touch = (type: string, n: number) =>
  cell(n).dispatchEvent(new PointerEvent(type, { button: 0, bubbles: true, cancelable: true }));

beforeEach(async () => {
  await speak("en");
  grid = signal("0".repeat(7 * HOURS));
  await act(() => render(<Week grid={grid} />, document.body));
});
afterEach(() => {
  render(null, document.body);
});

test("the grid is one stop of the keyboard, and arrows carry it", () => {
  cell(0).focus();
  press("ArrowRight");
  press("ArrowDown");
  expect(document.activeElement).toBe(cell(HOURS + 1));
  expect(document.querySelectorAll('[role="gridcell"][tabindex="0"]')).toHaveLength(1);
});

test("Space fills a cell, Shift with an arrow carries it on, and going back takes back", () => {
  cell(10).focus();
  cell(10).click();
  press("ArrowRight", true);
  press("ArrowRight", true);
  expect(filled(grid.value)).toBe(3);
  press("ArrowLeft", true);
  expect(filled(grid.value)).toBe(2);
  expect(cell(11).getAttribute("aria-selected")).toBe("true");
  expect(cell(12).getAttribute("aria-selected")).toBe("false");
});

test("a press fills once, though it makes a click too", () => {
  touch("pointerdown", 5);
  touch("pointerup", 5);
  cell(5).click();
  expect(filled(grid.value)).toBe(1);
});

test("a swipe that turns out to scroll paints nothing, and the next press counts", () => {
  touch("pointerdown", 5);
  touch("pointercancel", 5);
  expect(filled(grid.value)).toBe(0);
  cell(6).click();
  expect(filled(grid.value)).toBe(1);
});

test("a cell says its day and hour, and whether it is chosen", () => {
  expect(cell(34).getAttribute("aria-label")).toBe("Tuesday, 10:00");
  grid.value = "1".repeat(7 * HOURS);
  expect(document.querySelectorAll('[aria-selected="true"]')).toHaveLength(7 * HOURS);
});

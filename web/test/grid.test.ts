import { expect, test } from "vitest";
import { DAYS, differing, filled, gridOf, HOURS, painted, rowsOf, stepped } from "../src/pages/profile/grid.ts";

const EMPTY = "0".repeat(DAYS * HOURS);
const at = (day: number, hour: number) => day * HOURS + hour;

test("a stroke along a day fills its hours, in either direction", () => {
  const day = painted(EMPTY, at(0, 10), at(0, 13), true);
  expect(rowsOf(day)[0]).toBe("000000000011110000000000");
  expect(painted(EMPTY, at(0, 13), at(0, 10), true)).toBe(day);
  expect(filled(day)).toBe(4);
});

test("a stroke across days fills the block between its ends", () => {
  const block = painted(EMPTY, at(4, 18), at(2, 16), true);
  expect(filled(block)).toBe(9);
  expect(rowsOf(block).map((row) => row.slice(16, 19))).toEqual(["000", "000", "111", "111", "111", "000", "000"]);
});

test("a stroke that began on a filled cell clears, and leaves the rest", () => {
  const full = painted(EMPTY, at(0, 0), at(6, 23), true);
  const cleared = painted(full, at(5, 0), at(6, 23), false);
  expect(filled(cleared)).toBe(5 * HOURS);
});

test("the grid of the service comes back as it was", () => {
  const rows = rowsOf(painted(EMPTY, at(1, 9), at(3, 12), true));
  expect(rows).toHaveLength(DAYS);
  expect(rowsOf(gridOf(rows))).toEqual(rows);
});

test("arrows move by an hour and by a day, and stop at the edges", () => {
  expect(stepped(at(1, 5), "ArrowRight")).toBe(at(1, 6));
  expect(stepped(at(1, 5), "ArrowDown")).toBe(at(2, 5));
  expect(stepped(at(0, 0), "ArrowUp")).toBe(at(0, 0));
  expect(stepped(at(2, 23), "ArrowRight")).toBe(at(2, 23));
  expect(stepped(at(2, 0), "ArrowLeft")).toBe(at(2, 0));
  expect(stepped(at(6, 3), "ArrowDown")).toBe(at(6, 3));
  expect([stepped(at(3, 7), "Home"), stepped(at(3, 7), "End")]).toEqual([at(3, 0), at(3, 23)]);
  expect(stepped(at(1, 5), "a")).toBeNull();
});

test("only cells that have changed are drawn anew", () => {
  expect(differing(EMPTY, painted(EMPTY, at(0, 1), at(1, 1), true))).toEqual([at(0, 1), at(1, 1)]);
  expect(differing(EMPTY, EMPTY)).toEqual([]);
});

import { expect, test } from "vitest";
import { leftMs, type Sample, sampled, spokenMs } from "../../src/goods/pace.ts";

const over = (...pairs: Array<[at: number, bytes: number]>) =>
  pairs.reduce<readonly Sample[]>((all, [at, bytes]) => sampled(all, at, bytes), []);

test("the time left follows from what the last seconds carried", () => {
  expect(leftMs(over([0, 0], [2_000, 200]), 1_000)).toBe(8_000);
  expect(leftMs(over([0, 0], [20_000, 20], [21_000, 120], [23_000, 320]), 1_320), "an old pace is forgotten").toBe(
    10_000,
  );
});

test("nothing is said before something is known, nor while nothing moves", () => {
  expect(leftMs([], 100)).toBeNull();
  expect(leftMs(over([0, 0], [500, 50]), 100)).toBeNull();
  expect(leftMs(over([0, 50], [5_000, 50]), 100)).toBeNull();
});

test("bytes that are sent again begin a pace of their own", () => {
  expect(over([0, 0], [2_000, 900], [2_100, 400])).toEqual([{ at: 2_100, bytes: 400 }]);
});

test("time is told in steps that do not jump at each look", () => {
  expect([1, 5_001, 54_000, 56_000, 61_000].map(spokenMs)).toEqual([5_000, 10_000, 55_000, 60_000, 120_000]);
});

import { describe, expect, test } from "vitest";
import { announced, elapsedMs, leftMs, reportDue, ticksUsed } from "../../src/session/meter.ts";

const BLOCK = 900_000;
const MIN = 60_000;

test("the session's time and what is left never go below nothing", () => {
  expect(elapsedMs(1_000, 13_500)).toBe(12_500);
  expect(elapsedMs(1_000, 900)).toBe(0);
  expect(leftMs(10_000, 4_000)).toBe(6_000);
  expect(leftMs(10_000, 11_000)).toBe(0);
});

describe("the quarter bar", () => {
  test("fills a tick a minute", () => {
    expect(ticksUsed(BLOCK, BLOCK, 0)).toBe(0);
    expect(ticksUsed(BLOCK, BLOCK, 3 * MIN)).toBeCloseTo(3);
    expect(ticksUsed(BLOCK, BLOCK, 12.8 * MIN)).toBeCloseTo(12.8);
    expect(ticksUsed(BLOCK, BLOCK, BLOCK)).toBe(15);
  });

  test("begins anew with every block, and stays full when the next is late", () => {
    expect(ticksUsed(2 * BLOCK, BLOCK, BLOCK + MIN)).toBeCloseTo(1);
    expect(ticksUsed(BLOCK, BLOCK, BLOCK + 500)).toBe(15);
  });

  test("is empty, not negative, when a block was paid before the last one is over", () => {
    expect(ticksUsed(2 * BLOCK, BLOCK, BLOCK - 10)).toBe(0);
  });
});

describe("what is announced", () => {
  test.each([
    [301_000, 300_000, 300_000],
    [300_500, 299_500, 300_000],
    [120_400, 119_600, 120_000],
    [60_001, 59_999, 60_000],
  ])("between %i and %i ms left: %i", (before, now, mark) => {
    expect(announced(before, now)).toBe(mark);
  });

  test("each moment once", () => {
    expect(announced(300_000, 299_000)).toBeNull();
    expect(announced(250_000, 249_000)).toBeNull();
  });

  test("only the last one of a page that slept through several", () => {
    expect(announced(400_000, 90_000)).toBe(120_000);
    expect(announced(400_000, 30_000)).toBe(60_000);
  });

  test("nothing when the time was paid anew", () => {
    expect(announced(10_000, 900_000)).toBeNull();
  });
});

describe("signs of life", () => {
  const reports = [50_000, 30_000];
  const due = (reported: number | null, now: number) => reportDue(BLOCK, reports, reported, now);

  test("come at both moments before the boundary", () => {
    expect(due(null, BLOCK - 50_001)).toBe(false);
    expect(due(null, BLOCK - 50_000)).toBe(true);
    expect(due(BLOCK - 50_000, BLOCK - 31_000)).toBe(false);
    expect(due(BLOCK - 50_000, BLOCK - 30_000)).toBe(true);
    expect(due(BLOCK - 30_000, BLOCK - 1_000)).toBe(false);
  });

  test("of a page that slept come at once, and as one", () => {
    expect(due(null, BLOCK - 10_000)).toBe(true);
    expect(due(BLOCK - 10_000, BLOCK - 5_000)).toBe(false);
  });

  test("are too late at the boundary", () => {
    expect(due(null, BLOCK)).toBe(false);
  });

  test("begin anew with the next boundary", () => {
    expect(reportDue(2 * BLOCK, reports, BLOCK - 30_000, 2 * BLOCK - 49_000)).toBe(true);
    expect(reportDue(2 * BLOCK, reports, BLOCK - 30_000, BLOCK + 1_000)).toBe(false);
  });
});

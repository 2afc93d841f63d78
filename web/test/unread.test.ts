import { expect, test } from "vitest";
import { hasGrown } from "../src/state/unread.ts";

const NONE = { orders: 0, sales: 0, disputes: 0 };

test("only what is more than before is read out, and nothing when the page opens", () => {
  expect(hasGrown(null, { ...NONE, orders: 3 })).toBe(false);
  expect(hasGrown(NONE, { ...NONE, disputes: 1 })).toBe(true);
  expect(hasGrown({ ...NONE, orders: 2 }, { ...NONE, orders: 1 })).toBe(false);
  expect(hasGrown({ ...NONE, orders: 2 }, { ...NONE, orders: 1, sales: 1 })).toBe(true);
});

import { expect, test } from "vitest";
import type { Schemas } from "../../src/api/client.ts";
import { afterCommission, keptCommission } from "../../src/market/commission.ts";
import { refundSums } from "../../src/market/refund-sums.ts";

const rub = (amount_minor: number): Schemas["Money"] => ({ amount_minor, currency: "RUB" });

test("commission is rounded down for each unit by itself, so that whole ones keep what they bore", () => {
  expect(keptCommission(2_002, 1_001, 1_500)).toBe(300);
  expect(keptCommission(1_501, 1_001, 1_500)).toBe(150 + 75);
  expect(keptCommission(0, 1_001, 1_500)).toBe(0);
});

test("a performer has the rest", () => {
  // Two blocks of 100.01 and 50.00: 15.00 each and 7.50.
  expect(afterCommission(rub(25_002), rub(10_001), 1500)).toEqual(rub(25_002 - 1500 - 1500 - 750));
  expect(afterCommission(rub(5_000), rub(10_001), 1500)).toEqual(rub(4_250));
  expect(afterCommission(rub(0), rub(10_001), 1500)).toEqual(rub(0));
});

const TERMS = { unit: 75_000, bps: 1_500, available: 100_000 };

test("of what was paid the performer gives back their part, and the commission on it comes back too", () => {
  const paid = { amount: rub(150_000), in_escrow: rub(0) };
  expect(refundSums(paid, 100_000, TERMS)).toEqual({
    toCustomer: 100_000,
    taken: 85_000,
    commissionBack: 15_000,
    net: 42_500,
    missing: 0,
  });
  expect(refundSums(paid, 150_000, TERMS)).toMatchObject({ taken: 127_500, net: 0, missing: 27_500 });
});

test("what lies in escrow costs the performer's account nothing: less is still to come", () => {
  const held = { amount: rub(75_000), in_escrow: rub(75_000) };
  expect(refundSums(held, 25_000, { ...TERMS, available: -500 })).toEqual({
    toCustomer: 25_000,
    taken: 0,
    commissionBack: 0,
    net: 42_500,
    missing: 0,
  });
});

test("nothing and more than there is are no sums to give back", () => {
  const held = { amount: rub(75_000), in_escrow: rub(75_000) };
  expect([0, -1, 75_001].map((minor) => refundSums(held, minor, TERMS))).toEqual([null, null, null]);
});

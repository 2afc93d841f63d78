import { expect, test } from "vitest";
import type { Schemas } from "../../src/api/client.ts";
import { verdictSums } from "../../src/pages/admin/verdict-sums.ts";

const rub = (amount_minor: number): Schemas["Money"] => ({ amount_minor, currency: "RUB" });

function of(inEscrow: number, kept: number, unit: number, available: number, bps = 1_500) {
  const money = { kept: rub(kept), unit: rub(unit), commission_bps: bps, performer_available: rub(available) };
  return { in_escrow: rub(inEscrow), money };
}

test("what was paid out comes back from the performer, the commission with it, and a debt is named before it is made", () => {
  expect(verdictSums(of(0, 150_000, 75_000, 31_000), 100_000)).toEqual({
    toCustomer: 100_000,
    released: 0,
    releasedCommission: 0,
    takenBack: 85_000,
    paid: 127_500,
    commissionBack: 15_000,
    commissionBefore: 22_500,
    commissionAfter: 7_500,
    before: 31_000,
    after: -54_000,
  });
});

test("escrow is divided, commission is due on the performer's part only, and nothing is taken from anybody", () => {
  const sums = verdictSums(of(1_000_000, 0, 1_000_000, 5_000), 400_000);
  expect(sums).toMatchObject({ toCustomer: 400_000, released: 510_000, releasedCommission: 90_000 });
  expect(sums).toMatchObject({ takenBack: 0, commissionBack: 0, paid: 0, after: 515_000 });
});

test("the customer's part comes from escrow first, and the rest from what was paid", () => {
  const sums = verdictSums(of(100_000, 50_000, 150_000, 0), 120_000);
  expect(sums).toMatchObject({ released: 0, takenBack: 17_000, commissionBack: 3_000, after: -17_000 });
});

test("all to the performer moves nothing that was paid already, and adds to no debt", () => {
  const sums = verdictSums(of(0, 150_000, 75_000, -2_000), 0);
  expect(sums).toMatchObject({ toCustomer: 0, takenBack: 0, commissionBack: 0, before: -2_000, after: -2_000 });
});

test("every kopeck is somebody's, whatever the split", () => {
  for (let toCustomer = 0; toCustomer <= 3_003; toCustomer += 7) {
    const sums = verdictSums(of(1_001, 2_002, 1_001, 0, 777), toCustomer);
    if (!sums) throw new Error("no sums");
    const out = sums.toCustomer + sums.released + sums.releasedCommission;
    expect(out).toBe(1_001 + sums.takenBack + sums.commissionBack);
  }
});

test("whoever does not decide is told no sums", () => {
  expect(verdictSums({ in_escrow: rub(1), money: null }, 1)).toBeNull();
});

import { beforeAll, describe, expect, test } from "vitest";
import type { Schemas } from "../../src/api/client.ts";
import { speak } from "../../src/i18n/index.ts";
import { actionsOf, CHANGING } from "../../src/pages/orders/actions.tsx";

const ordered: Schemas["OrderCard"] = {
  id: "o",
  twip_id: "t",
  title: { en: "A walk home" },
  mode: "text",
  customer_id: "c",
  performer_id: "p",
  other_name: "Vera",
  role: "customer",
  price: { amount_minor: 90_000, currency: "RUB" },
  commission_bps: 1_000,
  state: "open",
  prepaid: "held",
  live_session_id: null,
  callable: true,
  uncallable_reason: null,
  created_at: "2026-01-31T09:30:00.000Z",
  ended_at: null,
};
const offered = (changes: Partial<Schemas["OrderCard"]>) => [...actionsOf({ ...ordered, ...changes })];

describe("what can be done with an order", () => {
  test("its customer calls while the performer can be called, and cancels while nothing is used", () => {
    expect(offered({})).toEqual(["call", "cancel"]);
    expect(offered({ callable: false })).toEqual(["cancel"]);
  });

  test("its performer neither calls nor cancels, but goes into the session under way", () => {
    expect(offered({ role: "performer" })).toEqual([]);
    expect(offered({ role: "performer", live_session_id: "s" })).toEqual(["call"]);
  });

  test("either side closes it once the first block is used", () => {
    expect(offered({ prepaid: "used" })).toEqual(["call", "close"]);
    expect(offered({ prepaid: "used", role: "performer" })).toEqual(["close"]);
  });

  test("when it is over only its customer can do anything: order again", () => {
    expect(offered({ state: "closed", prepaid: "used" })).toEqual(["again"]);
    expect(offered({ state: "cancelled", prepaid: "returned", role: "performer" })).toEqual([]);
  });
});

describe("the question", () => {
  beforeAll(() => speak("en"));

  test("before a cancellation names the sum that returns", () => {
    expect(CHANGING.cancel.question(ordered).go).toContain("900");
  });

  test("before closing says what it means for the reader's side", () => {
    const texts = (["customer", "performer"] as const).map(
      (role) => CHANGING.close.question({ ...ordered, role }).text,
    );
    expect(new Set(texts).size).toBe(2);
  });
});

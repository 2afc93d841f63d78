import { beforeAll, describe, expect, test } from "vitest";
import type { Schemas } from "../../src/api/client.ts";
import { speak } from "../../src/i18n/index.ts";
import { actionsOf, CHANGING } from "../../src/pages/orders/actions.tsx";

const ordered: Schemas["OrderCard"] = {
  id: "o",
  twip_id: "t",
  kind: "consultation",
  title: { en: "A walk home" },
  customer_id: "c",
  performer_id: "p",
  other_name: "Vera",
  unread: 0,
  role: "customer",
  price: { amount_minor: 90_000, currency: "RUB" },
  refunded: { amount_minor: 0, currency: "RUB" },
  commission_bps: 1_000,
  state: "open",
  acts: ["cancel"],
  deadline: null,
  dispute_id: null,
  consultation: { mode: "text", prepaid: "held", live_session_id: null, callable: true, uncallable_reason: null },
  work: null,
  files: null,
  created_at: "2026-01-31T09:30:00.000Z",
  ended_at: null,
};
const over = { ended_at: "2026-01-31T10:30:00.000Z", acts: [] };
const offered = (changes: Partial<Schemas["OrderCard"]>, part: Partial<Schemas["ConsultationCard"]> = {}) => [
  ...actionsOf({ ...ordered, ...changes, consultation: ordered.consultation && { ...ordered.consultation, ...part } }),
];

describe("what can be done with an order", () => {
  test("its customer calls while the performer can be called, and cancels while nothing is used", () => {
    expect(offered({})).toEqual(["call", "cancel"]);
    expect(offered({}, { callable: false })).toEqual(["cancel"]);
  });

  test("its performer neither calls nor cancels, but goes into the session under way", () => {
    expect(offered({ role: "performer", acts: [] })).toEqual([]);
    expect(offered({ role: "performer", acts: [] }, { live_session_id: "s" })).toEqual(["call"]);
  });

  test("either side closes it once the service says that it can be closed", () => {
    expect(offered({ acts: ["close"] })).toEqual(["call", "close"]);
    expect(offered({ acts: ["close"], role: "performer" })).toEqual(["close"]);
  });

  test("when it is over only its customer can do anything: order again", () => {
    expect(offered({ ...over, state: "closed" })).toEqual(["again"]);
    expect(offered({ ...over, state: "cancelled", role: "performer" })).toEqual([]);
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

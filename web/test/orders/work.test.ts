import { expect, test } from "vitest";
import type { Schemas } from "../../src/api/client.ts";
import { fileFault, LARGEST_BYTES } from "../../src/files/sending.ts";
import { speak, t } from "../../src/i18n/index.ts";
import type { Told } from "../../src/market/telling.ts";
import { told } from "../../src/market/telling.ts";
import { actsOf, moneyAt, stageOf, turnOf, type Worked } from "../../src/market/work-order.ts";
import { isOffer } from "../../src/pages/orders/work-ask.tsx";

const BARE = {
  days: 10,
  delivered_at: null,
  deliveries: 0,
  overdue: false,
  proposal: null,
  refusal: null,
  to_performer: null,
};

function order(
  state: Worked["state"],
  role: Schemas["Side"],
  acts: Worked["acts"] = [],
  work: Partial<Worked["work"]> = {},
): Worked {
  return { state, role, acts, work: { ...BARE, ...work }, dispute_id: null } as Worked;
}

test("the turn is the performer's until a delivery, then the customer's, then nobody's", () => {
  expect(turnOf(order("placed", "performer"))).toBe("mine");
  expect(turnOf(order("placed", "customer"))).toBe("other");
  expect(turnOf(order("working", "performer"))).toBe("mine");
  expect(turnOf(order("delivered", "performer"))).toBe("other");
  expect(turnOf(order("delivered", "customer"))).toBe("mine");
  expect(turnOf(order("accepted", "customer"))).toBeNull();
});

test("work that is late is a turn of both: one may deliver, the other cancel", () => {
  expect(turnOf(order("working", "customer", ["cancel"], { overdue: true }))).toBe("mine");
  expect(turnOf(order("working", "performer", ["deliver"], { overdue: true }))).toBe("mine");
});

test("work of a performer who is blocked, or has withdrawn the twip, is the customer's turn too, as the filter finds it", () => {
  const left = order("working", "customer", ["propose", "cancel"]);
  expect([stageOf(left), turnOf(left)]).toEqual(["let_down", "mine"]);
  expect(actsOf(left)).toEqual({ leading: ["cancel"], others: ["propose"] });
  expect(stageOf(order("working", "customer", ["propose", "cancel"], { deliveries: 1 }))).toBe("let_down");
  expect(turnOf(order("working", "customer", ["propose"]))).toBe("other");
  expect(turnOf(order("working", "performer", ["deliver"]))).toBe("mine");
});

test("a work that came back for rework says so", () => {
  expect(stageOf(order("working", "performer", [], { deliveries: 1 }))).toBe("rework");
});

test("an offer that the reader can accept comes before the state", () => {
  const offered = order("delivered", "performer", ["propose", "agree", "decline"]);
  expect(stageOf(offered)).toBe("offered");
  expect(actsOf(offered)).toEqual({ leading: ["agree", "decline"], others: ["propose"] });
});

test("while a dispute is open it is nobody's turn", () => {
  const disputed = { ...order("delivered", "customer"), dispute_id: "d" };
  expect(stageOf(disputed)).toBe("disputed");
  expect(turnOf(disputed)).toBeNull();
});

test("only what is legal is offered, and what leads stands first", () => {
  expect(actsOf(order("delivered", "customer", ["rework", "accept", "propose"]))).toEqual({
    leading: ["accept", "rework"],
    others: ["propose"],
  });
  expect(actsOf(order("placed", "customer", ["cancel"]))).toEqual({ leading: [], others: ["cancel"] });
});

test("the money lies in escrow until the order ends, then where it went, also what went back later", () => {
  const rub = (amount_minor: number) => ({ amount_minor, currency: "RUB" });
  const at = (refunded: number, ended_at: string | null = "2026-01-31T09:30:00Z") =>
    moneyAt({ price: rub(100), refunded: rub(refunded), ended_at });
  expect([at(0, null), at(40, null), at(100, null)]).toEqual(["escrow", "escrow", "escrow"]);
  expect([at(0), at(40), at(100)]).toEqual(["performer", "both", "customer"]);
});

test("a part that was given back is in no sum that is still promised", async () => {
  await speak("en");
  const rub = (amount_minor: number) => ({ amount_minor, currency: "RUB" });
  const given = { price: rub(10_000), refunded: rub(2_000), commission_bps: 1_000, ended_at: null, deadline: null };
  const open = { ...order("delivered", "customer"), ...given, other_name: "Vera" };
  expect(told(open)).toMatchObject({ kept: "₽80.00", share: "₽72.00", part: "₽80.00", rest: "₽0.00" });
  const proposal = {
    number: 1,
    by: "performer" as const,
    days: null,
    to_performer: rub(5_000),
    until: "2026-01-31T09:30:00Z",
  };
  expect(told({ ...open, work: { ...open.work, proposal } })).toMatchObject({ part: "₽50.00", rest: "₽30.00" });
  const over = { ...open, state: "agreed" as const, refunded: rub(5_000), ended_at: "2026-01-31T09:30:00Z" };
  expect(told(over)).toMatchObject({ part: "₽50.00", share: "₽45.00", rest: "₽50.00" });
  const accepted = t().work.stages.accepted;
  expect(accepted.customer.text(told(over))).toBe("₽50.00 has returned to your account. Vera had ₽50.00.");
  expect(accepted.performer.text(told({ ...over, refunded: rub(0) }))).toBe("You have earned ₽90.00 after commission.");
});

test("both sides read whether a refusal lowers the rating, also when its customer can no longer say a word to it", async () => {
  await speak("en");
  const { customer, performer } = t().work.stages.refused;
  const facts = { rest: "₽80.00" } as Told;
  for (const said of [customer.text, performer.text]) {
    expect(said({ ...facts, penalty: "counted" })).toMatch(/lowers (the performer’s|your) rating\.$/);
    expect(said({ ...facts, penalty: "waived" })).toMatch(/rating is not lowered\.$/);
  }
});

test("an offer is a part of the price, or a whole number of days", () => {
  const held = { amount_minor: 10_000, currency: "RUB" };
  const split = (customer: string, performer: string) =>
    isOffer({ what: "split", division: { customer, performer }, days: "" }, held);
  expect([split("0", "100"), split("25,50", "74.50")]).toEqual([true, true]);
  expect([split("", "100,01"), split("", ""), split("1", "100")]).toEqual([false, false, false]);
  const more = (days: string) => isOffer({ what: "days", division: { customer: "", performer: "" }, days }, held);
  expect([more("30"), more("31"), more("1.5"), more("")]).toEqual([true, false, false, false]);
});

test("a file that is too large, empty or one too many is named before it is sent", () => {
  expect(fileFault({ size: LARGEST_BYTES }, 4)).toBeNull();
  expect(fileFault({ size: LARGEST_BYTES + 1 }, 0)).toBe("too_large");
  expect(fileFault({ size: 0 }, 0)).toBe("empty");
  expect(fileFault({ size: 1 }, 5)).toBe("too_many");
});

/** Whose turn it is in an order of work, and which acts lead the page (R63 to R69, D21 to D23). What is legal, the service says: `acts`. Pure. */
import type { Schemas } from "../api/client.ts";

type Card = Schemas["OrderCard"];
export type WorkAct = Exclude<Card["acts"][number], "close">;

/** An order of work: the part of its kind is there. */
export type Worked<T extends Card = Card> = T & { work: NonNullable<T["work"]> };

export function worked<T extends Card>(order: T): order is Worked<T> {
  return order.work !== null;
}

/** Where the page's words and its mark come from: the state, or what in it matters more. */
export type Stage =
  | "placed"
  | "working"
  | "rework"
  | "overdue"
  | "let_down"
  | "delivered"
  | "offered"
  | "waiver"
  | "disputed"
  | "accepted"
  | "cancelled"
  | "refused"
  | "agreed"
  | "ruled";

export function stageOf({ state, work, dispute_id, acts, role }: Worked): Stage {
  if (dispute_id !== null) return "disputed";
  if (acts.includes("waive")) return "waiver";
  if (acts.includes("agree") || acts.includes("extend")) return "offered";
  if (state === "working" && work.overdue) return "overdue";
  // The performer is blocked, or has withdrawn the twip: only then may a customer cancel work that is not late (D33).
  if (state === "working" && role === "customer" && acts.includes("cancel")) return "let_down";
  if (state === "working" && work.deliveries > 0) return "rework";
  return state as Stage;
}

export type MoneyPlace = "customer" | "escrow" | "performer" | "both";

const MINE: Record<Stage, Schemas["Side"] | "both" | null> = {
  placed: "performer",
  working: "performer",
  rework: "performer",
  overdue: "both",
  let_down: "both",
  delivered: "customer",
  offered: "both",
  waiver: "customer",
  disputed: null,
  accepted: null,
  cancelled: null,
  refused: null,
  agreed: null,
  ruled: null,
};

/** Whether the reader is to act; null: nobody is. */
export function turnOf(order: Worked): "mine" | "other" | null {
  const whose = MINE[stageOf(order)];
  if (whose === null) return null;
  return whose === "both" || whose === order.role ? "mine" : "other";
}

/** The acts that stand first, in this order; of these the first is the one filled button. */
const LEADING: Record<Stage, readonly WorkAct[]> = {
  placed: ["start", "refuse"],
  working: ["deliver"],
  rework: ["deliver"],
  overdue: ["deliver", "cancel"],
  let_down: ["cancel"],
  delivered: ["accept", "rework"],
  offered: ["agree", "extend", "decline"],
  waiver: ["waive"],
  disputed: [],
  accepted: [],
  cancelled: [],
  refused: [],
  agreed: [],
  ruled: [],
};

/** What the reader may do, in two ranks: buttons that say what they cost, and links below. */
export function actsOf(order: Worked): { leading: WorkAct[]; others: WorkAct[] } {
  const legal = new Set(order.acts.filter((act): act is WorkAct => act !== "close"));
  const leading = LEADING[stageOf(order)].filter((act) => legal.delete(act));
  return { leading, others: [...legal] };
}

/** Where the money lies: with the customer, in escrow, with the performer, or with both. However it ended, a part may have gone back since. */
export function moneyAt(order: Pick<Card, "ended_at" | "price" | "refunded">): MoneyPlace {
  if (order.ended_at === null) return "escrow";
  const back = order.refunded.amount_minor;
  if (back === 0) return "performer";
  return back === order.price.amount_minor ? "customer" : "both";
}

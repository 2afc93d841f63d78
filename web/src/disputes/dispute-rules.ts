/** What pages compute of a dispute: whose turn it is, how far it has come, and its division (R71 to R73, D27, D31). What is legal, the service
 * says: `acts`. Pure. */
import type { Schemas } from "../api/client.ts";
import { typedMoney } from "../i18n/formats.ts";

type Card = Schemas["DisputeCard"];
type Entry = Schemas["DisputeEntry"];
type Money = Schemas["Money"];
type Split = Schemas["SplitView"];
export type Side = Schemas["Side"];
export type Party = Schemas["Party"];

export const TEXT_AT_LEAST = 3;
export const TEXT_AT_MOST = 4000;
/** Of each side's. */
export const FILES_AT_MOST = 10;

/** The other of the two. */
export function otherSide(side: Side): Side {
  return side === "customer" ? "performer" : "customer";
}

/** The reader's side; null: they are staff. */
export function sideOf({ role }: Pick<Card, "role">): Side | null {
  return role === "customer" || role === "performer" ? role : null;
}

/** What waits for the reader, the most pressing first. */
export type Waiting = "answer" | "question" | "proposal";

export function waitingFor(dispute: Pick<Card, "acts" | "awaited" | "role">): Waiting[] {
  const { acts, awaited } = dispute;
  const side = sideOf(dispute);
  const found: Array<[Waiting, boolean]> = [
    ["answer", acts.includes("answer")],
    ["question", side !== null && awaited.includes(side)],
    ["proposal", acts.includes("agree")],
  ];
  return found.filter(([, waits]) => waits).map(([what]) => what);
}

/** Whose turn it is: the reader's, a side's, or that of those who decide; null: it is over. */
export type Turn = "mine" | Side | "arbiter" | "arbiters" | "admin" | null;

export function turnOf(dispute: Pick<Card, "acts" | "awaited" | "role" | "phase" | "opened_by" | "ended_at">): Turn {
  const { acts, awaited, phase, opened_by } = dispute;
  if (dispute.ended_at !== null) return null;
  if (waitingFor(dispute).length > 0 || acts.includes("rule") || acts.includes("assign")) return "mine";
  if (phase === "answer") return otherSide(opened_by);
  const asked = awaited[0];
  if (asked) return asked;
  if (phase === "admin") return "admin";
  return phase === "escalated" ? "arbiters" : "arbiter";
}

/** One stop of the line on which a dispute moves. `at`: an instant, of what has happened or of what is due. */
export interface PhaseStep {
  name: "opened" | "answer" | "arbitration" | "escalated" | "admin" | "verdict" | "decided" | "withdrawn" | "settled";
  state: "done" | "now" | "";
  at: string | null;
  /** Whether `at` is a term that runs. */
  due: boolean;
  by: Side | null;
  /** Of the answer: that there was none in time. */
  none: boolean;
}

const step = (name: PhaseStep["name"], state: PhaseStep["state"], rest: Partial<PhaseStep> = {}): PhaseStep => ({
  name,
  state,
  at: null,
  due: false,
  by: null,
  none: false,
  ...rest,
});

/** Four stops at most: opened, answered, decided by whom, and the end. `entries` tell when it was answered, as far as they are known. */
export function phasesOf(dispute: Card, entries: readonly Entry[] = []): PhaseStep[] {
  const { phase, opened_by, created_at, ended_at, deadline } = dispute;
  const opened = step("opened", "done", { at: created_at, by: opened_by });
  const other = otherSide(opened_by);
  const due = { at: deadline?.due_at ?? null, due: true };
  if (phase === "answer")
    return [opened, step("answer", "now", { ...due, by: other }), step("arbitration", ""), step("verdict", "")];
  const reached = entries.find(
    (entry) => entry.phase === "arbitration" && (entry.act === "answer" || entry.act === "lapse"),
  );
  const answer = step("answer", "done", { at: reached?.at ?? null, by: other, none: reached?.act === "lapse" });
  if (phase === "decided" || phase === "withdrawn" || phase === "settled") {
    const end = step(phase, "done", { at: ended_at });
    return reached || phase === "decided" ? [opened, answer, end] : [opened, end];
  }
  return [opened, answer, step(phase, "now", due), step("verdict", "")];
}

/** Two sums that make the whole, as they are typed. */
export interface Division {
  customer: string;
  performer: string;
}

/** What stands before the kopecks. */
export type Decimal = "." | ",";

/** A sum as it is typed: `1500`, `1500.50`. */
export function plainSum(minor: number, decimal: Decimal = "."): string {
  return minor % 100 ? (minor / 100).toFixed(2).replace(".", decimal) : String(minor / 100);
}

/** A division by what the customer gets. */
export function dividedBy(whole: Money, toCustomerMinor: number, decimal?: Decimal): Division {
  return {
    customer: plainSum(toCustomerMinor, decimal),
    performer: plainSum(whole.amount_minor - toCustomerMinor, decimal),
  };
}

/** After a sum was typed into one of the two fields: the other is what is left, or empty while that is not known. */
export function typedDivision(whole: Money, side: Side, text: string, decimal?: Decimal): Division {
  const minor = typedMoney(text);
  const fits = minor !== null && minor <= whole.amount_minor;
  const rest = fits ? plainSum(whole.amount_minor - minor, decimal) : "";
  return side === "customer" ? { customer: text, performer: rest } : { customer: rest, performer: text };
}

/** The split that was typed; null while it is none. */
export function splitOf(whole: Money, { customer, performer }: Division): Split | null {
  const [back, kept] = [typedMoney(customer), typedMoney(performer)];
  if (back === null || kept === null || back + kept !== whole.amount_minor) return null;
  return { to_customer: { ...whole, amount_minor: back }, to_performer: { ...whole, amount_minor: kept } };
}

/** Whether the customer keeps the goods of a dispute over files if both agree on a split: not if all of the money goes back. Null: it is of none. */
export function keepsGoods({ kind, amount }: Pick<Card, "kind" | "amount">, split: Split): boolean | null {
  return kind === "files" ? split.to_customer.amount_minor < amount.amount_minor : null;
}

/** A part of the whole as a share of a hundred, for a drawing. */
export function shareOfWhole(part: Money, whole: Money): number {
  return whole.amount_minor > 0 ? (part.amount_minor / whole.amount_minor) * 100 : 0;
}

/** What the desk makes of disputes: whose each is, which come first, and what its reader can do about one (R73, D27, D28, D31). Pure. */
import type { Schemas } from "../../api/client.ts";

type Card = Schemas["DisputeCard"];
type Page = Schemas["DisputePage"];

/** Phases in which somebody is to decide, in the order in which a dispute goes through them. */
export const DESK_PHASES = ["arbitration", "escalated", "admin"] as const;
export type DeskPhase = (typeof DESK_PHASES)[number];

/** The phase that was asked for, else the one in which the reader decides. */
export function phaseOf(asked: string | undefined, roles: readonly Schemas["Role"][]): DeskPhase {
  return DESK_PHASES.find((it) => it === asked) ?? (roles.includes("arbiter") ? "arbitration" : "admin");
}

/** The desk's address, with a phase and a dispute. */
export function deskAddress(phase: DeskPhase, id?: string): string {
  return `/admin/disputes${id ? `/${id}` : ""}?phase=${phase}`;
}

export type GroupName = "mine" | "free" | "others" | "all";

/** A phase's disputes by who has them, each group in the service's order: the shortest term first. One whose phase is everybody's is whole. */
export function groupsOf(cards: readonly Card[], phase: DeskPhase): Array<{ name: GroupName; cards: Card[] }> {
  const named = (card: Card): GroupName =>
    phase !== "arbitration" ? "all" : card.mine ? "mine" : card.arbiter_name === null ? "free" : "others";
  return (["mine", "free", "others", "all"] as const)
    .map((name) => ({ name, cards: cards.filter((card) => named(card) === name) }))
    .filter((group) => group.cards.length > 0);
}

/** A queue after what is known of one dispute: in its place, or gone from it once it is another phase's or nobody's. */
export function withCard(cards: readonly Card[], card: Card, phase: DeskPhase): Card[] {
  if (card.phase !== phase) return cards.filter((it) => it.id !== card.id);
  return cards.map((it) => (it.id === card.id ? card : it));
}

const DAY_MS = 86_400_000;

/** Whether a term asks for haste: less than a day of it is left. */
export function isLate(leftMs: number): boolean {
  return leftMs < DAY_MS;
}

/** How a dispute lies before its reader: `decide` it, `free` to take, `read` only, another's and `closed`, or `over`. */
export type Standing = "decide" | "free" | "read" | "closed" | "over";

export function standingOf({ acts, ended_at, money }: Pick<Page, "acts" | "ended_at" | "money">): Standing {
  if (ended_at !== null) return "over";
  if (acts.includes("rule")) return "decide";
  if (acts.includes("assign")) return "free";
  return money === null ? "closed" : "read";
}

/** Which of my orders or sales are looked for, and how that stands in the address (R32, R62, R82). Pure. */
import type { Schemas } from "../api/client.ts";
import { KINDS, type Kind } from "./finding.ts";

export type Side = Schemas["Side"];
type Standing = Schemas["Standing"];

export const STANDINGS: readonly Standing[] = ["waiting", "open", "disputed", "over"];
const LONGEST = 200;

export interface Sought {
  role: Side;
  /** Null: of every kind. */
  kind: Kind | null;
  /** Null: however it stands. */
  state: Standing | null;
  q: string;
}

/** All of a side's. */
export function allOf(role: Side): Sought {
  return { role, kind: null, state: null, q: "" };
}

/** Whether only some are looked for. */
export function isNarrow({ kind, state, q }: Sought): boolean {
  return kind !== null || state !== null || q !== "";
}

/** Reads an address; what it does not know is left out. */
export function soughtIn(search: string): Sought {
  const given = new URLSearchParams(search);
  return {
    role: given.get("role") === "performer" ? "performer" : "customer",
    kind: KINDS.find((it) => it === given.get("kind")) ?? null,
    state: STANDINGS.find((it) => it === given.get("state")) ?? null,
    q: (given.get("q") ?? "").slice(0, LONGEST),
  };
}

/** The address of the list of them. */
export function addressOf({ role, kind, state, q }: Sought): string {
  const made = new URLSearchParams();
  if (role === "performer") made.set("role", role);
  if (state) made.set("state", state);
  if (kind) made.set("kind", kind);
  if (q) made.set("q", q);
  const text = made.toString();
  return text ? `/orders?${text}` : "/orders";
}

/** The query of `GET /orders`. */
export function queryOf({ role, kind, state, q }: Sought) {
  return { role, ...(kind ? { kind } : {}), ...(state ? { state } : {}), ...(q ? { q } : {}) };
}

/** The filter to drop where nothing is found, the narrowest first; null: there is none. */
export function narrowest({ q, state, kind }: Sought): "q" | "state" | "kind" | null {
  if (q) return "q";
  if (state) return "state";
  return kind && "kind";
}

/** The same without one of the filters. */
export function without(sought: Sought, filter: "q" | "state" | "kind"): Sought {
  return { ...sought, [filter]: allOf(sought.role)[filter] };
}

/** Refusals of the service, as the client meets them. */
import { unseen } from "../i18n/seen.ts";

export interface FieldProblem {
  field: string;
  code: string;
  limit?: number;
}

/** A coded refusal of a request or a frame. `facts` are what the problem document says beside its code. */
export class Problem extends Error {
  constructor(
    readonly code: string,
    readonly facts: Record<string, unknown> = {},
    readonly status = 0,
  ) {
    super(code);
  }

  /** Faults by field. */
  get fields(): FieldProblem[] {
    return Array.isArray(this.facts.errors) ? (this.facts.errors as FieldProblem[]) : [];
  }
}

/** Whatever was thrown, as a problem: what is no refusal is a lost network. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  return new Problem("network");
}

/** Refusals that say: what one acted on is not what one has read. */
const MOVED: readonly string[] = ["wrong_state", "forbidden", "not_found", "stale", "already_disputed"];

export function hasMoved(problem: Problem | undefined): boolean {
  return problem !== undefined && MOVED.includes(problem.code);
}

/** A refusal that is told neither at a field nor by what the page shows now. */
export function otherProblem(problem: Problem | undefined): Problem | undefined {
  return hasMoved(problem) || problem?.fields.length ? undefined : problem;
}

/** Names all fields that were left empty at once, as the service would one after the other. Throws `invalid_input`. */
export function demand(fields: Readonly<Record<string, string>>): void {
  const errors = Object.keys(fields)
    .filter((field) => unseen(fields[field] ?? ""))
    .map((field): FieldProblem => ({ field, code: "required" }));
  if (errors.length > 0) throw new Problem("invalid_input", { errors }, 422);
}

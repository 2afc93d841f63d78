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

/** Names all fields that were left empty at once, as the service would one after the other. Throws `invalid_input`. */
export function demand(fields: Readonly<Record<string, string>>): void {
  const errors = Object.keys(fields)
    .filter((field) => unseen(fields[field] ?? ""))
    .map((field): FieldProblem => ({ field, code: "required" }));
  if (errors.length > 0) throw new Problem("invalid_input", { errors }, 422);
}

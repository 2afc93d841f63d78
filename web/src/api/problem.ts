/** Refusals of the service, as the client meets them. */

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

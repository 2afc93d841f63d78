/** What is wrong with a new password, as far as it can be told without the service, which knows the common ones. Pure. */
import { type FieldProblem, Problem } from "../../api/problem.ts";
import { unseen } from "../../i18n/seen.ts";

const LEAST = 10;
const ROWS = ["01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю"];

/** Throws `invalid_input` where the service would. */
export function demandGood(password: string, email = ""): void {
  const fault = faultOf(password, email);
  if (fault) throw new Problem("invalid_input", { errors: [fault] }, 422);
}

/** Lengths are code points of the one form that the service keeps (RFC 8265, OpaqueString). */
export function faultOf(password: string, email = ""): FieldProblem | null {
  const normal = password.replace(/\p{Zs}/gu, " ").normalize("NFC");
  const folded = normal.toLowerCase();
  if ([...normal].length < LEAST) return { field: "password", code: "too_short", limit: LEAST };
  if (email && folded.trim() === email.trim().toLowerCase()) return { field: "password", code: "is_email" };
  const common = unseen(normal) || new Set(folded).size === 1 || ROWS.some((row) => row.includes(folded));
  return common ? { field: "password", code: "too_common" } : null;
}

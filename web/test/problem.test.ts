import { expect, test } from "vitest";
import { hasMoved, otherProblem, Problem } from "../src/api/problem.ts";

test("a refusal because it moved on is told from one of what was typed", () => {
  const moved = (code: string) => hasMoved(new Problem(code));
  expect(["wrong_state", "forbidden", "not_found", "stale", "already_disputed"].every(moved)).toBe(true);
  expect([moved("invalid_input"), moved("unavailable"), hasMoved(undefined)]).toEqual([false, false, false]);
});

test("a banner is for what no field and no change of the page tells", () => {
  const typed = new Problem("invalid_input", { errors: [{ field: "text", code: "required" }] });
  const lost = new Problem("network");
  expect([otherProblem(typed), otherProblem(new Problem("stale")), otherProblem(lost)]).toEqual([
    undefined,
    undefined,
    lost,
  ]);
});

import { expect, it } from "vitest";
import { demand, type Problem } from "../src/api/problem.ts";
import { length, unseen, visible } from "../src/i18n/seen.ts";

const NOTHING = [
  ..."\u00a0\u1680\u2003\u3000\u2800\u00ad\u034f\u061c\u115f\u1160\u17b4\u180e\u200b\u200c\u200d\u200f\u2028\u202e",
  ..."\u2060\u3164\ue000\ufe0f\ufeff\uffa0\ufff9\ufffc\uffff\u0000\u0301\u{e0041}\u{1d159}",
  "",
  " \t\n",
  "\u115f\u1160",
];

it("sees nothing in text that nobody can see", () => {
  for (const nothing of NOTHING) {
    expect(unseen(nothing), escape(nothing)).toBe(true);
    expect(unseen(nothing.repeat(20)), escape(nothing)).toBe(true);
  }
});

it("sees letters of any script, digits, signs and emoji", () => {
  for (const text of ["Вера", "می\u200cخواهم", "क्\u200dष", "1", "?", "👩\u200d⚖️", "\u{1fae9}", "e\u0301"]) {
    expect(unseen(text), text).toBe(false);
  }
  expect(visible("a\u200bb \u3164 \u2800c\u0301 ")).toBe(4);
});

it("asks for every field in which there is nothing to see", () => {
  let problem: Problem | undefined;
  try {
    demand({ display_name: "\u3164\u200b", email: "vera@example.org", password: "" });
  } catch (error) {
    problem = error as Problem;
  }
  expect(problem?.fields.map((it) => it.field)).toEqual(["display_name", "password"]);
});

it("counts what the service keeps", () => {
  expect(length("  й🙂  ")).toBe(2);
  expect(length("и\u0306")).toBe(1);
  expect(length("под\u00adготовка\u200b")).toBe(10);
  expect(length("می\u200cخواهم")).toBe(8);
});

import { describe, expect, test } from "vitest";
import {
  dividedBy,
  keepsGoods,
  phasesOf,
  plainSum,
  shareOfWhole,
  splitOf,
  turnOf,
  typedDivision,
  waitingFor,
} from "../../src/disputes/dispute-rules.ts";
import { dispute, entry, rub, split } from "./made.ts";

describe("whose turn it is", () => {
  test("until the answer it is the turn of whoever did not open it", () => {
    expect(turnOf(dispute())).toBe("performer");
    expect(turnOf(dispute({ role: "performer", acts: ["propose", "answer"] }))).toBe("mine");
  });

  test("then it is the arbiter's, later any arbiter's, at last the administrator's", () => {
    expect(turnOf(dispute({ phase: "arbitration", acts: ["say", "propose"] }))).toBe("arbiter");
    expect(turnOf(dispute({ phase: "escalated" }))).toBe("arbiters");
    expect(turnOf(dispute({ phase: "admin" }))).toBe("admin");
  });

  test("whoever was asked is to answer the arbiter first", () => {
    expect(turnOf(dispute({ phase: "arbitration", awaited: ["performer"] }))).toBe("performer");
    expect(turnOf(dispute({ phase: "arbitration", awaited: ["customer"] }))).toBe("mine");
  });

  test("an offer that can be accepted makes it the reader's turn, beside what else waits for them", () => {
    const asked = dispute({
      phase: "arbitration",
      awaited: ["customer"],
      acts: ["say", "propose", "agree", "decline"],
    });
    expect(waitingFor(asked)).toEqual(["question", "proposal"]);
    expect(turnOf({ ...asked, awaited: [] })).toBe("mine");
  });

  test("it is the turn of whoever may take it or decide it, and nobody's once it is over", () => {
    expect(turnOf(dispute({ role: "arbiter", phase: "arbitration", acts: ["assign"] }))).toBe("mine");
    expect(turnOf(dispute({ role: "arbiter", phase: "arbitration", acts: ["question", "rule"] }))).toBe("mine");
    expect(turnOf(dispute({ phase: "settled", ended_at: "2026-12-01T10:00:00.000Z" }))).toBeNull();
  });
});

describe("how far it has come", () => {
  const names = (...args: Parameters<typeof phasesOf>) =>
    phasesOf(...args).map(({ name, state }) => `${name} ${state}`);

  test("four stops from its opening to the verdict, the present one with its term", () => {
    expect(names(dispute())).toEqual(["opened done", "answer now", "arbitration ", "verdict "]);
    expect(phasesOf(dispute())[1]).toMatchObject({ at: "2026-12-03T10:00:00.000Z", due: true, by: "performer" });
    expect(names(dispute({ phase: "escalated" }))).toEqual(["opened done", "answer done", "escalated now", "verdict "]);
  });

  test("the answer has its day, or is said not to have come", () => {
    const answered = [entry("answer", "performer", { at: "2026-12-01T09:00:00.000Z" })];
    expect(phasesOf(dispute({ phase: "arbitration" }), answered)[1]).toMatchObject({
      at: "2026-12-01T09:00:00.000Z",
      none: false,
    });
    expect(phasesOf(dispute({ phase: "arbitration" }), [entry("lapse", "service")])[1]?.none).toBe(true);
  });

  test("a dispute that was withdrawn before the answer ends there", () => {
    expect(names(dispute({ phase: "withdrawn", ended_at: "2026-12-01T09:00:00.000Z" }))).toEqual([
      "opened done",
      "withdrawn done",
    ]);
    const decided = dispute({ phase: "decided", ended_at: "2026-12-05T09:00:00.000Z" });
    expect(names(decided)).toEqual(["opened done", "answer done", "decided done"]);
  });
});

describe("the division", () => {
  test("whatever is typed into one field, the other holds the rest", () => {
    expect(typedDivision(rub(100_000), "customer", "250,50")).toEqual({ customer: "250,50", performer: "749.50" });
    expect(typedDivision(rub(100_000), "customer", "250,5", ",").performer).toBe("749,50");
    expect(typedDivision(rub(100_000), "performer", "1 000")).toEqual({ customer: "0", performer: "1 000" });
  });

  test("what is no part of the whole leaves the other field empty, and is no split", () => {
    for (const text of ["", "a few", "1000,01", "-1", "10."]) {
      const typed = typedDivision(rub(100_000), "customer", text);
      expect(typed).toEqual({ customer: text, performer: "" });
      expect(splitOf(rub(100_000), typed)).toBeNull();
    }
  });

  test("a split sums, to the last kopeck", () => {
    expect(splitOf(rub(100_001), { customer: "333,34", performer: "666,67" })).toEqual(split(33_334, 66_667));
    expect(splitOf(rub(100_001), { customer: "333,34", performer: "666,66" })).toBeNull();
    expect(splitOf(rub(100_001), dividedBy(rub(100_001), 1))).toEqual(split(1, 100_000));
  });

  test("sums are typed without needless kopecks", () => {
    expect([plainSum(0), plainSum(150_000), plainSum(150_050), plainSum(5)]).toEqual(["0", "1500", "1500.50", "0.05"]);
  });

  test("the drawing is of the same shares", () => {
    expect(shareOfWhole(rub(25), rub(100))).toBe(25);
    expect(shareOfWhole(rub(0), rub(0))).toBe(0);
  });
});

test("of files, all of the money back is the goods back too, and else the customer keeps them", () => {
  const files = dispute({ kind: "files" });
  expect(keepsGoods(files, split(100_000, 0))).toBe(false);
  expect(keepsGoods(files, split(99_999, 1))).toBe(true);
  expect(keepsGoods(dispute(), split(100_000, 0))).toBeNull();
});

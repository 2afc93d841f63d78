import { expect, test } from "vitest";
import type { Schemas } from "../../src/api/client.ts";
import { groupsOf, isLate, phaseOf, standingOf, withCard } from "../../src/pages/admin/desk-rules.ts";

type Card = Schemas["DisputeCard"];
const card = (id: string, more: Partial<Card> = {}): Card =>
  ({ id, phase: "arbitration", mine: false, arbiter_name: null, ...more }) as Card;
const ids = (cards: Card[]) => cards.map((it) => it.id);

test("an arbiter begins with what arbiters decide, an admin with what is an admin's, and anybody with what was asked for", () => {
  expect(phaseOf(undefined, ["user", "arbiter"])).toBe("arbitration");
  expect(phaseOf(undefined, ["user", "arbiter", "admin"])).toBe("arbitration");
  expect(phaseOf(undefined, ["user", "admin"])).toBe("admin");
  expect(phaseOf("escalated", ["user", "admin"])).toBe("escalated");
  expect(phaseOf("decided", ["user", "arbiter"])).toBe("arbitration");
});

test("one's own come before those that nobody has, others' last, and each group keeps what is due first", () => {
  const nina = { arbiter_name: "Nina" };
  const cards = [card("a", nina), card("b"), card("c", { ...nina, mine: true }), card("d")];
  expect(groupsOf(cards, "arbitration").map(({ name, cards }) => [name, ids(cards)])).toEqual([
    ["mine", ["c"]],
    ["free", ["b", "d"]],
    ["others", ["a"]],
  ]);
  expect(groupsOf(cards, "escalated").map(({ name, cards }) => [name, ids(cards)])).toEqual([
    ["all", ["a", "b", "c", "d"]],
  ]);
  expect(groupsOf([], "arbitration")).toEqual([]);
});

test("a dispute that was taken stays in the queue as it is now, one that moved on leaves it", () => {
  const queue = [card("a"), card("b")];
  expect(withCard(queue, card("b", { mine: true }), "arbitration")[1]?.mine).toBe(true);
  expect(ids(withCard(queue, card("a", { phase: "decided" }), "arbitration"))).toEqual(["b"]);
  expect(ids(withCard(queue, card("z"), "arbitration"))).toEqual(["a", "b"]);
});

test("the last day of a term is late, and so is what is past", () => {
  const day = 86_400_000;
  expect([isLate(day + 1), isLate(day - 1), isLate(-1)]).toEqual([false, true, true]);
});

test("what its reader can do about a dispute follows from what the service offers and shows", () => {
  const money = {} as Schemas["MoneyView"];
  expect(standingOf({ acts: ["hand_over", "question", "rule"], ended_at: null, money })).toBe("decide");
  expect(standingOf({ acts: ["assign"], ended_at: null, money: null })).toBe("free");
  expect(standingOf({ acts: [], ended_at: null, money: null })).toBe("closed");
  expect(standingOf({ acts: [], ended_at: null, money })).toBe("read");
  expect(standingOf({ acts: [], ended_at: "2026-11-27T12:00:00Z", money })).toBe("over");
});

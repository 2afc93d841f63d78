import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { clock, speak } from "../../src/i18n/index.ts";
import { StatusBar, Troubles } from "../../src/pages/call/bar.tsx";
import { LimitChoice, length, limitText } from "../../src/pages/call/limit-choice.tsx";
import { newSession, type SessionState, type Side } from "../../src/session/state.ts";
import { socket } from "../../src/socket/socket.ts";
import { balance } from "../../src/state/me.ts";

const BLOCK = 900_000;
const place = document.createElement("main");
const asked: unknown[] = [];

beforeAll(() => speak("en"));
beforeEach(() => {
  document.body.append(place);
  vi.spyOn(socket, "ask").mockImplementation(async (frame) => {
    asked.push(frame);
    return {} as never;
  });
  balance.value = { amount_minor: 0, currency: "RUB" };
});
afterEach(() => {
  render(null, place);
  asked.length = 0;
  vi.restoreAllMocks();
});

function shown(side: Side, facts: Partial<SessionState>, part = StatusBar) {
  const state = { ...newSession("s", side), stage: "live", ...facts } as SessionState;
  const order = { price: { amount_minor: 50_000, currency: "RUB" }, commission_bps: 1_500, other_name: "Vera" };
  const Part = part;
  act(() =>
    render(
      <Part
        session={{ sessionId: "s" } as never}
        state={state}
        side={side}
        facts={{ order, blockMs: BLOCK, session: {} } as never}
      />,
      place,
    ),
  );
  return place.textContent;
}

function press(name: string) {
  const button = [...place.querySelectorAll("button")].find((it) => it.textContent === name);
  return act(async () => button?.click());
}

/** A session in its second block, which has this much left. */
const second = (leftMs: number) => {
  const paidUntilMs = socket.now() + leftMs;
  return { t0Ms: paidUntilMs - 2 * BLOCK, paidUntilMs };
};

test("the customer stops after the block under way with one press", async () => {
  shown("customer", second(600_000));
  await press("Stop after these 15 minutes");
  expect(asked).toEqual([{ type: "session.limit", session_id: "s", limit_blocks: 2 }]);
});

test("what stands is said to both, politely, and lifted by the customer alone", async () => {
  const facts = { ...second(600_000), limitBlocks: 2 };
  const limited = { ...facts, limitMs: facts.paidUntilMs };
  expect(shown("performer", limited)).toContain(`Ends at ${clock(facts.paidUntilMs)}: the customer’s limit`);
  expect(place.querySelectorAll(".session-limit button")).toHaveLength(0);
  expect(shown("customer", limited)).toContain(`Ends at ${clock(facts.paidUntilMs)}: your limit`);
  expect(place.querySelector(".session-limit [role=status]")?.textContent).toContain("your limit");
  await press("Lift the limit");
  expect(asked).toEqual([{ type: "session.limit", session_id: "s", limit_blocks: null }]);
});

test("another limit is chosen by its time and its money", async () => {
  shown("customer", second(600_000));
  await press("Limit");
  const options = [...document.querySelectorAll("option")].map((it) => it.textContent);
  expect(options[0]).toBe("No limit");
  expect(options[1]).toMatch(/^30\u00a0min, at most ₽1,000 · until/);
  await act(async () => {
    const select = document.querySelector("select") as HTMLSelectElement;
    select.value = "3";
    select.dispatchEvent(new Event("change", { bubbles: true }));
  });
  const save = [...document.querySelectorAll("button")].find((it) => it.textContent === "Save");
  await act(async () => save?.click());
  expect(asked).toEqual([{ type: "session.limit", session_id: "s", limit_blocks: 3 }]);
});

test("near the limit both are told of the limit, and not that money is short", () => {
  const facts = { ...second(90_000), limitBlocks: 2 };
  const limited = {
    ...facts,
    limitMs: facts.paidUntilMs,
    low: { boundaryMs: facts.paidUntilMs, missingMinor: 50_000 },
  };
  const told = shown("customer", limited, Troubles);
  expect(told).toContain(`Your limit is reached at ${clock(facts.paidUntilMs)}`);
  expect(told).not.toContain("Top up");
  expect(shown("performer", limited, Troubles)).toContain("The customer’s limit is reached");
  expect(place.querySelectorAll("button")).toHaveLength(0);
});

test("once the limit is lifted, money that is short is told of again", () => {
  const facts = second(90_000);
  const low = { boundaryMs: facts.paidUntilMs, missingMinor: 50_000 };
  expect(shown("customer", { ...facts, low }, Troubles)).toContain("Top up");
});

test("a limit is said as time and as money", () => {
  const price = { amount_minor: 75_000, currency: "RUB" };
  expect([1, 2, 4, 5].map((blocks) => length(blocks))).toEqual([
    "15\u00a0min",
    "30\u00a0min",
    "1\u00a0h",
    "1\u00a0h\u00a015\u00a0min",
  ]);
  expect(length(2, 15_000)).toBe("blocks: 2");
  expect(limitText(2, price)).toBe("Session limit: 30\u00a0min, at most ₽1,500.");
});

test("before a call no limit is the first choice", () => {
  const chosen: Array<number | null> = [];
  const price = { amount_minor: 75_000, currency: "RUB" };
  act(() => render(<LimitChoice chosen={2} price={price} onChoose={(blocks) => chosen.push(blocks)} />, place));
  const select = place.querySelector("select") as HTMLSelectElement;
  expect(select.value).toBe("2");
  select.value = "";
  act(() => void select.dispatchEvent(new Event("change", { bubbles: true })));
  expect(chosen).toEqual([null]);
});

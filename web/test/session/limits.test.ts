import { describe, expect, test } from "vitest";
import { blockUnderWay, isLastBlock, limitChoices, limitIn, nearLimitMs } from "../../src/session/limits.ts";
import { heard, newSession, type SessionState } from "../../src/session/state.ts";
import type { ServerFrame } from "../../src/socket/socket.ts";

const S = "order-1";
const T0 = 1_000_000;
const BLOCK = 900_000;
const of = { session_id: S };
const ringing: ServerFrame = { type: "call.ringing", ...of, until_ms: 60_000, limit_blocks: 2 };
const started: ServerFrame = {
  type: "session.started",
  ...of,
  t0_ms: T0,
  paid_until_ms: T0 + BLOCK,
  amount_minor: 0,
  balance_minor: 50_000,
  limit_blocks: 2,
  limit_ms: T0 + 2 * BLOCK,
};
const charged: ServerFrame = {
  type: "session.charged",
  ...of,
  block: 1,
  amount_minor: -10_000,
  paid_until_ms: T0 + 2 * BLOCK,
  balance_minor: 40_000,
};
const limited = (blocks?: number): ServerFrame => ({
  type: "session.limited",
  ...of,
  ...(blocks !== undefined && { limit_blocks: blocks, limit_ms: T0 + blocks * BLOCK }),
});
const near: ServerFrame = { type: "session.limit_near", ...of, boundary_ms: T0 + 2 * BLOCK };
const resumed = (facts: object): ServerFrame => ({
  type: "session.resumed",
  ...of,
  side: "performer",
  state: "running",
  mode: "video",
  pending: false,
  t0_ms: T0,
  paid_until_ms: T0 + 2 * BLOCK,
  lost: [],
  media_awaited: [],
  epoch: 1,
  ice_servers: [],
  ...facts,
});

function told(...frames: ServerFrame[]): SessionState {
  return frames.reduce(heard, newSession(S, "customer"));
}

const limitOf = ({ limitBlocks, limitMs }: SessionState) => [limitBlocks, limitMs];

describe("the limit of a session (E24)", () => {
  test("is known from the call on, and its end from the clock's start", () => {
    expect(limitOf(told(ringing))).toEqual([2, null]);
    expect(limitOf(told(ringing, started))).toEqual([2, T0 + 2 * BLOCK]);
  });

  test("is set, changed and lifted by the service's word alone", () => {
    expect(limitOf(told(started, limited(1)))).toEqual([1, T0 + BLOCK]);
    expect(limitOf(told(started, limited(1), limited()))).toEqual([null, null]);
  });

  test("survives a page that comes back, and one that comes back finds it lifted", () => {
    expect(limitOf(told(resumed({ limit_blocks: 3, limit_ms: T0 + 3 * BLOCK })))).toEqual([3, T0 + 3 * BLOCK]);
    expect(limitOf(told(started, resumed({})))).toEqual([null, null]);
  });

  test("is not put back by a frame of the start that was overtaken", () => {
    expect(limitOf(told(started, limited(), started))).toEqual([null, null]);
  });

  test("ends the block under way only when it is the last one", () => {
    expect(isLastBlock(told(started))).toBe(false);
    expect(isLastBlock(told(started, charged))).toBe(true);
    expect(isLastBlock(told(started, charged, limited()))).toBe(false);
    expect([told(ringing), told(started), told(started, charged)].map((it) => blockUnderWay(it, BLOCK))).toEqual([
      1, 1, 2,
    ]);
  });

  test("is warned of by the service, or by the page when the warning did not come; and no more once it is lifted", () => {
    const last = told(started, charged);
    expect(nearLimitMs(last, T0 + 2 * BLOCK)).toBe(null);
    expect(nearLimitMs(last, T0 + 2 * BLOCK + 1)).toBe(T0 + 2 * BLOCK);
    const warned = heard(last, near);
    expect(nearLimitMs(warned, 0)).toBe(T0 + 2 * BLOCK);
    expect(nearLimitMs(heard(warned, limited()), Number.MAX_VALUE)).toBe(null);
    expect(nearLimitMs(heard(warned, limited(3)), 0)).toBe(null);
    expect(nearLimitMs(heard(heard(warned, limited(3)), limited(2)), 0)).toBe(T0 + 2 * BLOCK);
  });

  test("a warning of a boundary that was paid for is old", () => {
    expect(limitOf(told(started, charged, { ...near, boundary_ms: T0 + BLOCK } as ServerFrame))).toEqual([
      2,
      T0 + 2 * BLOCK,
    ]);
  });
});

test("limits that are offered begin with the block under way, and hold the one that stands", () => {
  expect(limitChoices(1, null)).toEqual([1, 2, 3, 4, 6, 8]);
  expect(limitChoices(2, 6)).toEqual([2, 3, 4, 5, 6, 7, 9]);
  expect(limitChoices(95, 1)).toEqual([95, 96]);
});

test("a limit in a call's address is a whole number that the service takes, or none", () => {
  expect(["1", "96", "0", "97", "-1", "1.5", "", undefined, "x"].map((it) => limitIn(it))).toEqual([
    1,
    96,
    ...Array(7).fill(null),
  ]);
});

import { describe, expect, it } from "vitest";
import type { ServerFrame } from "../src/line/line.ts";
import { announced, reading, reports } from "../src/talk/meter.ts";
import { after, mustReturn, opened, type Talk } from "../src/talk/talk.ts";

const ID = "01k2m3n4p5q6r7s8t9v0w1x2y3-0001";
const BLOCK = 900_000;
const answered = opened(ID, "customer", "video", 300_000);
const frame = (type: string, facts: object = {}) => ({ type, session_id: ID, ...facts }) as unknown as ServerFrame;
const play = (talk: Talk, ...frames: ServerFrame[]) => frames.reduce(after, talk);
const pending = frame("session.pending", { until_ms: 30_000 });
const started = frame("session.started", {
  t0_ms: 1_000,
  paid_until_ms: 901_000,
  voidable_until_ms: 61_000,
  amount_minor: 0,
  balance_minor: 5,
});
const charged = (k: number) =>
  frame("session.charged", { block: k, amount_minor: -1, paid_until_ms: 1_000 + (k + 1) * BLOCK, balance_minor: 5 });
const interrupted = (epoch: number, ...sides: string[]) =>
  frame("session.interrupted", { sides, until_ms: 99_000, epoch });
const resumed = (epoch: number, facts: object = {}) =>
  frame("session.resumed", {
    side: "performer",
    state: "running",
    mode: "video",
    t0_ms: 1_000,
    paid_until_ms: 901_000,
    lost: [],
    epoch,
    ...facts,
  });
const ended = frame("session.ended", {
  reason: "customer_hangup",
  by: ["customer"],
  billed_blocks: 1,
  billed_minor: 1,
  duration_ms: 5_000,
  ended_ms: 6_000,
});

describe("a session", () => {
  it("costs nothing until its clock runs", () => {
    expect(reading(answered, BLOCK, 50_000)).toEqual({ elapsedMs: 0, leftMs: null, ticks: 0 });
    expect(play(answered, pending)).toMatchObject({ phase: "pending", untilMs: 30_000, t0Ms: null });
  });

  it("runs from the moment that the server names, also when the start's frame overtakes the other", () => {
    expect(play(answered, started, pending)).toMatchObject({
      phase: "live",
      t0Ms: 1_000,
      paidUntilMs: 901_000,
      voidableUntilMs: 61_000,
    });
  });

  it("is no longer void when its block is settled", () => {
    expect(
      play(answered, started, frame("session.charged", { block: 0, paid_until_ms: 901_000 })).voidableUntilMs,
    ).toBeNull();
  });

  it("never has paid time taken away by a frame that comes late or twice", () => {
    expect(play(answered, started, charged(2), charged(1), charged(2)).paidUntilMs).toBe(1_000 + 3 * BLOCK);
  });

  it("warns until the boundary is paid", () => {
    const low = frame("session.low_balance", { boundary_ms: 901_000, missing_minor: 260 });
    expect(play(answered, started, low).low).toEqual({ boundaryMs: 901_000, missingMinor: 260 });
    expect(play(answered, started, low, charged(1)).low).toBeNull();
    expect(play(answered, started, charged(1), low).low).toBeNull();
  });

  it("does not learn how much another's account lacks", () => {
    expect(play(answered, started, frame("session.low_balance", { boundary_ms: 901_000 })).low).toEqual({
      boundaryMs: 901_000,
      missingMinor: null,
    });
  });

  it("is interrupted and goes on, and an older interruption is passed over", () => {
    const lost = play(answered, started, interrupted(1, "customer"));
    expect(lost).toMatchObject({ lost: ["customer"], lostUntilMs: 99_000 });
    expect(mustReturn(lost)).toBe(true);
    const back = play(lost, resumed(2));
    expect(back).toMatchObject({ lost: [], lostUntilMs: null });
    expect(mustReturn(back)).toBe(false);
    expect(play(back, interrupted(1, "customer"))).toBe(back);
    expect(play(lost, resumed(2, { lost: ["customer"] })).lost).toEqual(["customer"]);
  });

  it("that another side lost needs no return of this page", () => {
    expect(mustReturn(play(answered, started, interrupted(1, "performer")))).toBe(false);
  });

  it("tells a page that knew nothing where it stands", () => {
    expect(play(answered, resumed(4, { re: "7", side: "customer", paid_until_ms: 1_801_000 }))).toMatchObject({
      phase: "live",
      t0Ms: 1_000,
      paidUntilMs: 1_801_000,
      epoch: 4,
    });
    expect(
      play(answered, resumed(0, { re: "7", state: "answered", t0_ms: undefined, paid_until_ms: undefined })).phase,
    ).toBe("answered");
  });

  it("goes on in another tab, and can be taken back", () => {
    const moved = play(answered, started, frame("session.moved"));
    expect(moved.phase).toBe("moved");
    expect(play(moved, resumed(1, { re: "8" })).phase).toBe("live");
  });

  it("ends once, whatever comes later", () => {
    const over = play(answered, started, ended);
    expect(over).toMatchObject({ phase: "ended", summary: { reason: "customer_hangup" } });
    expect(play(over, started, charged(1), resumed(9, { re: "1" }), frame("session.moved"))).toBe(over);
    expect(reading(over, BLOCK, 1_000_000)).toMatchObject({ elapsedMs: 5_000 });
  });

  it("minds its own business", () => {
    expect(after(answered, { type: "session.moved", session_id: "other" } as ServerFrame)).toBe(answered);
    expect(after(answered, { type: "balance", available_minor: 5 } as ServerFrame)).toBe(answered);
  });
});

describe("the meter", () => {
  const live = play(answered, started);

  it("fills fifteen ticks a block", () => {
    expect(reading(live, BLOCK, 1_000)).toEqual({ elapsedMs: 0, leftMs: BLOCK, ticks: 0 });
    expect(reading(live, BLOCK, 1_000 + 12.8 * 60_000).ticks).toBeCloseTo(12.8);
    expect(reading(live, BLOCK, 5_000_000)).toMatchObject({ leftMs: 0, ticks: 15 });
  });

  it("is not confused by a clock that is a little behind", () => {
    expect(reading(live, BLOCK, 500)).toEqual({ elapsedMs: 0, leftMs: BLOCK + 500, ticks: 0 });
  });

  it("is read out at five, two and one minutes, once", () => {
    expect(announced(301_000, 300_000)).toBe(300_000);
    expect(announced(300_000, 299_000)).toBeNull();
    expect(announced(121_000, 119_000)).toBe(120_000);
    expect(announced(null, 60_000)).toBeNull();
    expect(announced(60_500, null)).toBeNull();
  });

  it("reports before each boundary, and only what is still to come", () => {
    expect(reports(901_000, [50_000, 30_000], 0)).toEqual([851_000, 871_000]);
    expect(reports(901_000, [50_000, 30_000], 860_000)).toEqual([871_000]);
    expect(reports(901_000, [50_000, 30_000], 871_000)).toEqual([]);
  });
});

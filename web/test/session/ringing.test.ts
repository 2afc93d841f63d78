import { describe, expect, test } from "vitest";
import { lapse, type Ringing, ring, SILENCE } from "../../src/session/ringing.ts";
import type { ServerFrame } from "../../src/socket/socket.ts";

const incoming = (id: string, until = 60_000, silent = false): ServerFrame => ({
  type: "call.incoming",
  session_id: id,
  order_id: `order of ${id}`,
  title: { en: "Lease check" },
  mode: "video",
  caller: "Anton",
  silent,
  until_ms: until,
});
const count = (n: number): ServerFrame => ({ type: "call.count", n });
const ended = (id: string): ServerFrame => ({ type: "call.ended", session_id: id, reason: "cancelled" });
const having = (...frames: ServerFrame[]): Ringing => frames.reduce(ring, SILENCE);
const ids = (ringing: Ringing) => ringing.calls.map((it) => it.sessionId);

describe("calls that ring", () => {
  test("stand in the order in which they came, each with its facts", () => {
    const now = having(incoming("a"), count(1), incoming("b", 70_000, true), count(2));
    expect(ids(now)).toEqual(["a", "b"]);
    expect(now.count).toBe(2);
    expect(now.calls[1]).toMatchObject({ orderId: "order of b", caller: "Anton", silent: true, untilMs: 70_000 });
  });

  test("told twice ring once, and keep their place", () => {
    const now = having(incoming("a"), incoming("b"), incoming("a", 99_000));
    expect(ids(now)).toEqual(["a", "b"]);
    expect(now.calls[0]?.untilMs).toBe(99_000);
  });

  test("count before the service has counted", () => {
    expect(having(incoming("a"), incoming("b")).count).toBe(2);
  });

  test("stop when they end, and when another tab has answered", () => {
    expect(having(incoming("a"), count(1), ended("a"))).toMatchObject({ calls: [], count: 0 });
    const elsewhere: ServerFrame = {
      type: "call.answered",
      session_id: "a",
      mode: "video",
      until_ms: 1,
      here: false,
      ice_servers: [],
    };
    expect(ids(having(incoming("a"), incoming("b"), elsewhere))).toEqual(["b"]);
  });

  test("that are over do not ring again when their frame comes late", () => {
    expect(having(ended("a"), incoming("a"))).toMatchObject({ calls: [], count: 0 });
    expect(ids(having(incoming("a"), ended("a"), incoming("a")))).toEqual([]);
  });

  test("end of themselves when their time is over and nobody says so", () => {
    const now = having(incoming("a", 60_000), incoming("b", 70_000), count(2));
    expect(ids(lapse(now, 59_999))).toEqual(["a", "b"]);
    expect(lapse(now, 60_000)).toMatchObject({ count: 1 });
    expect(ids(lapse(now, 60_000))).toEqual(["b"]);
  });

  test("an unknown call's end leaves the count to the service", () => {
    expect(having(count(2), ended("x")).count).toBe(2);
  });

  test("other frames change nothing", () => {
    const before = having(incoming("a"));
    expect(ring(before, { type: "pong", now_ms: 1 })).toBe(before);
  });
});

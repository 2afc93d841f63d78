import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

/** A worker that the test plays; the page's own timers stand still, as in a hidden tab. */
class Counting {
  static made: Counting[] = [];
  asked: Array<{ id: number; ms?: number }> = [];
  onmessage: (event: { data: number }) => void = () => {};

  constructor() {
    Counting.made.push(this);
  }

  postMessage(asked: { id: number; ms?: number }): void {
    this.asked.push(asked);
  }
}

beforeEach(() => {
  vi.resetModules();
  vi.useFakeTimers();
  Counting.made = [];
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("a timer of a tab that nobody looks at", () => {
  const worker = () => Counting.made[0] as Counting;
  const asked = () => worker().asked.at(-1) as { id: number; ms?: number };

  test("goes by its worker, and only once", async () => {
    vi.stubGlobal("Worker", Counting);
    const { later } = await import("../src/socket/timers.ts");
    const act = vi.fn();
    later(1_000, act);
    expect(asked().ms).toBe(1_000);
    worker().onmessage({ data: asked().id });
    worker().onmessage({ data: asked().id });
    vi.advanceTimersByTime(60_000);
    expect(act).toHaveBeenCalledTimes(1);
  });

  test("that is stopped is stopped in both", async () => {
    vi.stubGlobal("Worker", Counting);
    const { later } = await import("../src/socket/timers.ts");
    const act = vi.fn();
    const stop = later(1_000, act);
    const { id } = asked();
    stop();
    expect(asked()).toEqual({ id });
    worker().onmessage({ data: id });
    vi.advanceTimersByTime(60_000);
    expect(act).not.toHaveBeenCalled();
  });

  test("comes again and again until it is stopped, over one worker", async () => {
    vi.stubGlobal("Worker", Counting);
    const { every } = await import("../src/socket/timers.ts");
    const act = vi.fn();
    const stop = every(1_000, act);
    for (let n = 0; n < 3; n++) worker().onmessage({ data: Math.max(...worker().asked.map((it) => it.id)) });
    expect(act).toHaveBeenCalledTimes(3);
    stop();
    vi.advanceTimersByTime(60_000);
    expect([act.mock.calls.length, Counting.made.length]).toEqual([3, 1]);
  });

  test.each([
    [
      "cannot be made",
      class {
        constructor() {
          throw new Error("refused");
        }
      },
    ],
    ["is silent", Counting],
  ])("goes by the page when a worker %s", async (_, made) => {
    vi.stubGlobal("Worker", made);
    const { later, every } = await import("../src/socket/timers.ts");
    const [once, often] = [vi.fn(), vi.fn()];
    later(1_000, once);
    every(1_000, often);
    vi.advanceTimersByTime(3_500);
    expect([once.mock.calls.length, often.mock.calls.length]).toEqual([1, 3]);
  });
});

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Socket } from "../src/socket/socket.ts";

/** A WebSocket whose other end the test plays. */
class FakeWebSocket {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static made: FakeWebSocket[] = [];
  readyState = FakeWebSocket.CONNECTING;
  sent: Array<Record<string, unknown>> = [];
  /** The service took it for gone: it does not know this line any more. */
  unlisted = false;
  onopen: () => void = () => {};
  onmessage: (event: { data: string }) => void = () => {};
  onclose: () => void = () => {};

  constructor(readonly url: string) {
    FakeWebSocket.made.push(this);
  }

  send(text: string): void {
    const frame = JSON.parse(text);
    this.sent.push(frame);
    if (frame.type !== "ping") return;
    queueMicrotask(() => this.tells({ ...(this.unlisted ? REFUSED : { type: "pong" }), re: frame.id }));
  }

  close(): void {
    this.readyState = 3;
    this.onclose();
  }

  opens(): void {
    this.readyState = FakeWebSocket.OPEN;
    this.onopen();
  }

  tells(frame: object): void {
    this.onmessage({ data: JSON.stringify(frame) });
  }
}

const REFUSED = { type: "error", code: "unauthenticated", reason: "missing" };

/** So many of the next tickets never come. */
const tickets = vi.hoisted(() => ({ hang: 0 }));
vi.mock("../src/api/client.ts", async (original) => ({
  ...(await original<object>()),
  api: {
    POST: () =>
      tickets.hang-- > 0
        ? new Promise(() => {})
        : Promise.resolve({ data: { ticket: "once" }, response: { ok: true } }),
  },
}));

let socket: Socket;
const last = () => FakeWebSocket.made.at(-1) as FakeWebSocket;
const soon = (ms = 0) => vi.advanceTimersByTimeAsync(ms);
const welcome = {
  type: "welcome",
  now_ms: 5_000,
  keepalive_ms: 40_000,
  report_ms: [50_000, 30_000],
  waiting_report_ms: 20_000,
};

beforeEach(async () => {
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", FakeWebSocket);
  FakeWebSocket.made = [];
  socket = new Socket();
  socket.open();
  await soon();
});

afterEach(() => {
  socket.close();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

async function greeted(): Promise<void> {
  last().opens();
  last().tells({ ...welcome, re: last().sent[0]?.id });
  await soon();
}

describe("the socket", () => {
  test("opens with a ticket, says hello, and knows the service's clock", async () => {
    expect(last().url).toMatch(/^wss?:.*\/ws\?ticket=once$/);
    await greeted();
    expect(socket.state.value).toBe("open");
    expect(last().sent[0]).toMatchObject({ type: "hello" });
    expect(Math.abs(socket.now() - 5_000)).toBeLessThan(50);
  });

  test("does not wait for ever for a connection that neither opens nor closes", async () => {
    await soon(7_999);
    expect(FakeWebSocket.made).toHaveLength(1);
    await soon(1_001);
    expect(FakeWebSocket.made).toHaveLength(2);
    await greeted();
    await soon(20_000);
    expect([FakeWebSocket.made.length, socket.state.value]).toEqual([2, "open"]);
  });

  test("does not wait for ever for a ticket that does not come, and takes none that comes too late", async () => {
    await greeted();
    tickets.hang = 1;
    last().close();
    await soon(500);
    expect(FakeWebSocket.made).toHaveLength(1);
    await soon(16_000);
    expect(FakeWebSocket.made).toHaveLength(2);
    await greeted();
    await soon(20_000);
    expect([FakeWebSocket.made.length, socket.state.value]).toEqual([2, "open"]);
  });

  test("an ask that gets no answer fails, and the socket is opened anew", async () => {
    await greeted();
    const asked = socket.ask({ type: "resume", session_id: "s" });
    asked.catch(() => {});
    await soon(15_000);
    await expect(asked).rejects.toMatchObject({ code: "network" });
    await soon(1_000);
    expect(FakeWebSocket.made).toHaveLength(2);
  });

  test("lives through what is no frame, and who asked waits for the time-out as ever", async () => {
    await greeted();
    const heard: string[] = [];
    socket.listen((frame) => heard.push(frame.type));
    const asked = socket.ask({ type: "resume", session_id: "s" });
    asked.catch(() => {});
    const warned = vi.spyOn(console, "warn").mockImplementation(() => {});
    const gateway = '{"message": "Internal server error", "connectionId": "c=", "requestId": "r="}';
    for (const data of [
      "Task timed out after 29.00 seconds",
      gateway,
      "",
      "null",
      "[]",
      "5",
      '"text"',
      '{"type": 5}',
      "{",
      "<html>",
      "\uFEFF",
    ]) {
      expect(() => last().onmessage({ data })).not.toThrow();
    }
    expect(warned).toHaveBeenCalledTimes(11);
    last().tells({ type: "balance", available_minor: 5 });
    expect([heard, socket.state.value, FakeWebSocket.made.length]).toEqual([["balance"], "open", 1]);
    await soon(15_000);
    await expect(asked).rejects.toMatchObject({ code: "network" });
    warned.mockRestore();
  });

  test("is heard by all, also beside one who breaks over a frame", async () => {
    await greeted();
    const reported = vi.fn();
    vi.stubGlobal("reportError", reported);
    const heard: string[] = [];
    socket.listen(() => {
      throw new TypeError("a frame without its text");
    });
    socket.listen((frame) => heard.push(frame.type));
    last().tells({ type: "chat.message" });
    expect(heard).toEqual(["chat.message"]);
    expect(reported).toHaveBeenCalledOnce();
  });

  test("is opened anew before the gateway closes it, and sessions see that it was", async () => {
    await greeted();
    const seen: string[] = [];
    const stop = socket.state.subscribe((state) => seen.push(state));
    await soon(110 * 60_000);
    await greeted();
    stop();
    expect(seen).toEqual(["open", "opening", "open"]);
    expect(FakeWebSocket.made).toHaveLength(2);
  });

  test("that the service took for gone is opened anew at once, at the first ping that it refuses", async () => {
    await greeted();
    socket.canBeCalled(true);
    const seen: string[] = [];
    const stop = socket.state.subscribe((state) => seen.push(state));
    last().unlisted = true;
    // The way down may be dead: the browser then waits long before it says that the line is closed.
    last().close = () => {};
    await soon(40_000);
    expect(FakeWebSocket.made).toHaveLength(2);
    await greeted();
    stop();
    expect(seen).toEqual(["open", "opening", "open"]);
    await soon(80_000);
    expect([FakeWebSocket.made.length, socket.state.value]).toEqual([2, "open"]);
  });

  test("of one page too many says so, and tries again now and then or when it is looked at", async () => {
    last().opens();
    last().tells({ type: "error", code: "limit_reached", what: "lines", limit: 50, re: last().sent[0]?.id });
    await soon(14_999);
    expect([socket.state.value, FakeWebSocket.made.length]).toEqual(["full", 1]);
    await soon(1);
    expect([socket.state.value, FakeWebSocket.made.length]).toEqual(["full", 2]);
    last().opens();
    last().tells({ type: "error", code: "limit_reached", what: "lines", limit: 50, re: last().sent[0]?.id });
    await soon();
    expect(socket.state.value).toBe("full");
    document.dispatchEvent(new Event("visibilitychange"));
    await soon();
    expect(FakeWebSocket.made).toHaveLength(3);
    await greeted();
    expect(socket.state.value).toBe("open");
  });

  test("that is lost comes back with growing patience, and what was asked fails at once", async () => {
    await greeted();
    const asked = socket.ask({ type: "resume", session_id: "s" });
    asked.catch(() => {});
    last().close();
    await expect(asked).rejects.toMatchObject({ code: "network" });
    expect(socket.state.value).toBe("lost");
    for (let n = 2; n < 6; n++) {
      await soon(15_000);
      expect(FakeWebSocket.made.length).toBeGreaterThanOrEqual(n);
      last().close();
    }
  });
});

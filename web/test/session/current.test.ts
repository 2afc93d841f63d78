import { signal } from "@preact/signals";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Problem } from "../../src/api/problem.ts";
import type { CurrentSession } from "../../src/session/current-session.ts";
import type { Frames, ServerFrame } from "../../src/socket/socket.ts";

/** The socket, with the service's answers decided by the test. */
const socket = vi.hoisted(() => ({
  listeners: new Set<(frame: unknown) => void>(),
  asked: [] as Array<Record<string, unknown>>,
  said: [] as Array<Record<string, unknown>>,
  refusal: null as unknown,
  at: 0,
  state: null as unknown as { value: string },
}));

vi.mock("../../src/socket/socket.ts", () => {
  socket.state = signal("open") as { value: string };
  return {
    socket: {
      state: socket.state,
      intervals: { keepaliveMs: 40_000, reportMs: [50_000, 30_000], waitingReportMs: 20_000 },
      now: () => socket.at,
      listen: (act: (frame: unknown) => void) => {
        socket.listeners.add(act);
        return () => socket.listeners.delete(act);
      },
      on: () => () => {},
      say: (frame: Record<string, unknown>) => socket.said.push(frame),
      ask: async (frame: Record<string, unknown>) => {
        socket.asked.push(frame);
        if (socket.refusal) throw socket.refusal;
        return { type: "done" };
      },
    },
  };
});

const asked = (type: string) => socket.asked.filter((it) => it.type === type);
const tell = (frame: object) => {
  for (const listener of socket.listeners) listener({ session_id: "s", ...frame } as ServerFrame);
};
const answered: Frames["CallAnsweredFrame"] = {
  type: "call.answered",
  session_id: "s",
  mode: "text",
  until_ms: 300_000,
  here: true,
  ice_servers: [],
};
const T0 = 1_000_000;
const started = { type: "session.started", t0_ms: T0, paid_until_ms: T0 + 900_000, amount_minor: 0, balance_minor: 5 };

vi.mock("../../src/api/client.ts", async (original) => ({
  ...(await original<object>()),
  api: { GET: () => Promise.reject(new Problem("network")) },
}));

let session: CurrentSession;
const { begin, currentSession, enter, inAnother } = await import("../../src/session/current.ts");
const { me } = await import("../../src/state/me.ts");
const { inSession } = await import("../../src/session/returning.ts");

beforeEach(() => {
  vi.useFakeTimers();
  socket.state.value = "open";
  socket.refusal = null;
  session = begin(answered, "customer");
});

afterEach(() => {
  session.close();
  socket.asked.length = 0;
  socket.said.length = 0;
  vi.useRealTimers();
});

describe("coming back (D18)", () => {
  test("a page that was just answered has nothing to come back to; one that opens anew resumes", () => {
    expect(asked("resume")).toHaveLength(0);
    session = enter("another");
    expect(asked("resume")).toEqual([{ type: "resume", session_id: "another" }]);
  });

  test("a socket that is open again resumes the session, once", async () => {
    socket.state.value = "lost";
    socket.state.value = "open";
    await vi.advanceTimersByTimeAsync(0);
    expect(asked("resume")).toHaveLength(1);
  });

  test("one's own interruption is answered at once, the other side's is not", () => {
    tell({ type: "session.interrupted", sides: ["performer"], media_awaited: [], until_ms: 1, epoch: 1 });
    expect(asked("resume")).toHaveLength(0);
    tell({ type: "session.interrupted", sides: ["performer", "customer"], media_awaited: [], until_ms: 1, epoch: 2 });
    expect(asked("resume")).toHaveLength(1);
  });

  test("an interruption that is over already is not answered", () => {
    tell({
      type: "session.resumed",
      side: "customer",
      state: "running",
      mode: "text",
      lost: [],
      media_awaited: [],
      epoch: 5,
    });
    tell({ type: "session.interrupted", sides: ["customer"], media_awaited: [], until_ms: 1, epoch: 4 });
    expect(asked("resume")).toHaveLength(0);
  });

  test("a tab whose side another one took does not take it back by itself", () => {
    tell({ type: "session.moved" });
    socket.state.value = "lost";
    socket.state.value = "open";
    tell({ type: "session.interrupted", sides: ["customer"], media_awaited: [], until_ms: 1, epoch: 9 });
    expect(asked("resume")).toHaveLength(0);
  });

  test("a busy service is asked again, a refusal is shown", async () => {
    socket.refusal = new Problem("unavailable");
    await session.resume();
    expect(session.problem.value).toBeNull();
    socket.refusal = new Problem("not_found");
    await vi.advanceTimersByTimeAsync(2_000);
    expect(asked("resume")).toHaveLength(2);
    expect(session.problem.value?.code).toBe("not_found");
  });

  test("a word that is overdue is asked for, and not every second", async () => {
    socket.at = 300_000 + 5_000;
    await vi.advanceTimersByTimeAsync(2_000);
    expect(asked("resume")).toHaveLength(0);
    socket.at += 1;
    await vi.advanceTimersByTimeAsync(3_000);
    expect(asked("resume")).toHaveLength(1);
    socket.at += 5_001;
    await vi.advanceTimersByTimeAsync(2_000);
    expect(asked("resume")).toHaveLength(2);
  });

  test("a tab is in one session at a time, until it ends or another tab takes it", () => {
    expect([inAnother(), inAnother("s")]).toEqual([true, false]);
    tell({ type: "session.moved" });
    expect(inAnother()).toBe(false);
    session = begin({ ...answered, session_id: "t" }, "customer");
    expect(inAnother("s")).toBe(true);
    tell({ type: "session.ended", session_id: "t", reason: "hangup", by: [], billed_blocks: 0, billed_minor: 0 });
    expect(inAnother("s")).toBe(false);
  });

  test("whoever signs out speaks for nobody any more", () => {
    me.value = null;
    expect([currentSession.value, inSession.value]).toEqual([null, null]);
    tell(started);
    expect(session.state.value.stage).toBe("answered");
    me.value = undefined;
  });

  test("the tab remembers its session until it ends", () => {
    expect(inSession.value).toBe("s");
    tell({
      type: "session.ended",
      reason: "customer_hangup",
      by: [],
      billed_blocks: 0,
      billed_minor: 0,
      duration_ms: 0,
    });
    expect(inSession.value).toBeNull();
    expect(session.over).toBe(true);
  });
});

describe("signs of life", () => {
  test("are given at both moments before the boundary, without being asked", async () => {
    tell(started);
    socket.at = T0 + 840_000;
    await vi.advanceTimersByTimeAsync(2_000);
    expect(asked("session.report")).toHaveLength(0);
    socket.at = T0 + 850_100;
    await vi.advanceTimersByTimeAsync(3_000);
    expect(asked("session.report")).toHaveLength(1);
    socket.at = T0 + 870_100;
    await vi.advanceTimersByTimeAsync(3_000);
    expect(asked("session.report")).toHaveLength(2);
  });

  test("are not given by a tab that does not speak for the side, nor after the end", async () => {
    tell(started);
    tell({ type: "session.moved" });
    socket.at = T0 + 890_000;
    await vi.advanceTimersByTimeAsync(3_000);
    expect(asked("session.report")).toHaveLength(0);
  });

  test("carry what the call's media says", async () => {
    const stats = { media_bytes: 77, first_media_ms: null, samples: [] };
    const delivered = vi.fn();
    session.attach({ flows: true, signal: () => {}, stats: async () => stats, delivered, close: () => {} });
    tell(started);
    socket.at = T0 + 850_100;
    await vi.advanceTimersByTimeAsync(1_000);
    expect(asked("session.report")[0]?.stats).toEqual(stats);
    expect(delivered).toHaveBeenCalledWith(stats);
  });
});

describe("media that is awaited (D18)", () => {
  const awaited = { type: "session.interrupted", sides: ["customer"], media_awaited: ["customer"], until_ms: 1 };
  const media = { flows: false, signal: () => {}, delivered: () => {}, close: () => {} };
  const stats = async () => ({ media_bytes: media.flows ? 9 : null, first_media_ms: null, samples: [] });

  beforeEach(() => {
    media.flows = false;
    session.attach(Object.assign(media, { stats }));
    tell(started);
    socket.at = T0 + 901_000;
  });

  test("is not answered for by the page, but reported as soon as it flows, until the service has it", async () => {
    tell({ ...awaited, epoch: 1 });
    await vi.advanceTimersByTimeAsync(3_000);
    expect(asked("resume")).toHaveLength(0);
    expect(asked("session.report")).toHaveLength(0);
    media.flows = true;
    socket.refusal = new Problem("network");
    await vi.advanceTimersByTimeAsync(1_000);
    socket.refusal = null;
    await vi.advanceTimersByTimeAsync(1_000);
    expect(asked("session.report")).toHaveLength(2);
    tell({
      type: "session.resumed",
      re: "1",
      side: "customer",
      state: "running",
      mode: "text",
      lost: [],
      media_awaited: [],
      ice_servers: [],
      epoch: 2,
    });
    await vi.advanceTimersByTimeAsync(3_000);
    expect(asked("session.report")).toHaveLength(2);
  });

  test("of the other side is not this page's to report", async () => {
    media.flows = true;
    tell({ ...awaited, sides: ["performer"], media_awaited: ["performer"], epoch: 1 });
    await vi.advanceTimersByTimeAsync(3_000);
    expect(socket.asked).toHaveLength(0);
  });

  test("is reported once after a return to a video session: what flowed before no longer counts", async () => {
    media.flows = true;
    tell({
      type: "session.resumed",
      re: "1",
      side: "customer",
      state: "running",
      mode: "video",
      lost: [],
      media_awaited: [],
      ice_servers: [],
      epoch: 0,
    });
    await vi.advanceTimersByTimeAsync(4_000);
    expect(asked("session.report")).toHaveLength(1);
  });
});

describe("talking", () => {
  test("messages go one after another, and one that fails keeps its text and its id", async () => {
    socket.refusal = new Problem("network");
    session.conversation.say("first");
    session.conversation.say("second");
    await vi.advanceTimersByTimeAsync(0);
    expect(session.conversation.chat.value.messages.map((it) => it.delivery)).toEqual(["failed", "failed"]);
    expect(asked("chat.send").map((it) => it.text)).toEqual(["first", "second"]);
    socket.refusal = null;
    const [first] = session.conversation.chat.value.messages;
    if (first) session.conversation.say(first.text, first.clientId);
    await vi.advanceTimersByTimeAsync(0);
    expect(asked("chat.send")[2]?.client_id).toBe(asked("chat.send")[0]?.client_id);
  });

  test("what was read is told once, and anew when the other page has joined anew", () => {
    const message = { type: "chat.message", author: "performer", client_id: "12345678", text: "hi", at_ms: 40 };
    tell(message);
    session.conversation.markRead();
    session.conversation.markRead();
    expect(socket.said).toEqual([{ type: "chat.read", session_id: "s", up_to_ms: 40 }]);
    tell({
      type: "session.resumed",
      side: "performer",
      state: "running",
      mode: "text",
      lost: [],
      media_awaited: [],
      epoch: 0,
    });
    session.conversation.markRead();
    expect(socket.said).toHaveLength(2);
  });

  test("what the other page says of media before this one has any is kept for it", () => {
    tell({ type: "signal", data: { n: 1 } });
    tell({ type: "signal", data: { n: 2 } });
    const heard: unknown[] = [];
    session.attach({
      flows: false,
      signal: (data) => heard.push(data),
      stats: async () => ({ media_bytes: 0, first_media_ms: null, samples: [] }),
      delivered: () => {},
      close: () => {},
    });
    tell({ type: "signal", data: { n: 3 } });
    expect(heard).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
  });

  test("the end lets the media go, and hears no more", () => {
    const close = vi.fn();
    const stats = async () => ({ media_bytes: 0, first_media_ms: null, samples: [] });
    session.attach({ flows: true, signal: () => {}, stats, delivered: () => {}, close });
    tell({
      type: "session.ended",
      reason: "void",
      by: ["customer"],
      billed_blocks: 0,
      billed_minor: 0,
      duration_ms: 9,
    });
    expect(close).toHaveBeenCalledOnce();
    tell({ type: "chat.message", author: "performer", client_id: "12345678", text: "late", at_ms: 1 });
    expect(session.conversation.chat.value.messages).toHaveLength(0);
  });
});

describe("from the answer to the clock (D18)", () => {
  const reports = () => socket.said.filter((it) => it.type === "session.report");
  const wait = async (ms: number) => {
    for (let left = ms; left > 0; left -= 1_000) {
      socket.at += 1_000;
      await vi.advanceTimersByTimeAsync(1_000);
    }
  };

  test("a page says every twenty seconds that it is there, until the clock runs", async () => {
    socket.at = 1_000;
    await wait(21_000);
    expect(reports()).toHaveLength(1);
    await wait(40_000);
    expect(reports()).toHaveLength(3);
    tell({ ...started, t0_ms: socket.at, paid_until_ms: socket.at + 900_000 });
    await wait(60_000);
    expect(reports()).toHaveLength(3);
  });

  test("a page whose side another tab took says nothing", async () => {
    tell({ type: "session.moved" });
    await wait(60_000);
    expect(reports()).toHaveLength(0);
  });
});

import { describe, expect, test } from "vitest";
import {
  dropped,
  failed,
  logOf,
  markOf,
  NO_CHAT,
  newestOfOther,
  readUpTo,
  recalled,
  told,
  typed,
} from "../../src/session/chat.ts";
import type { Frames } from "../../src/socket/socket.ts";

const frame = (author: "customer" | "performer", id: string, at: number, text = id): Frames["ChatMessageFrame"] => ({
  type: "chat.message",
  session_id: "s",
  author,
  client_id: id,
  text,
  at_ms: at,
});
const texts = (chat: { messages: ReadonlyArray<{ text: string }> }) => chat.messages.map((it) => it.text);
const only = (chat: typeof NO_CHAT) => chat.messages[0] as (typeof chat.messages)[0];

describe("a message of one's own", () => {
  test("is on its way, then delivered by its echo, then read", () => {
    let chat = typed(NO_CHAT, "customer", "a", "hello");
    expect(markOf(chat, only(chat))).toBe("sending");
    chat = told(chat, frame("customer", "a", 100, "hello"));
    expect(chat.messages).toHaveLength(1);
    expect(markOf(chat, only(chat))).toBe("delivered");
    expect(markOf(readUpTo(chat, 99), only(chat))).toBe("delivered");
    expect(markOf(readUpTo(chat, 100), only(chat))).toBe("read");
  });

  test("that was refused says why, and can be taken back to be mended", () => {
    const fault = { field: "text", code: "too_long", limit: 4000 };
    const chat = failed(
      typed(told(NO_CHAT, frame("performer", "b", 5)), "customer", "a", "hello"),
      "customer",
      "a",
      fault,
    );
    const refused = chat.messages[1] as (typeof chat.messages)[0];
    expect([markOf(chat, refused), refused.fault]).toEqual(["failed", fault]);
    expect(dropped(chat, refused).messages.map((it) => it.clientId)).toEqual(["b"]);
  });

  test("that failed keeps its text, and is the same message when it is sent again", () => {
    let chat = failed(typed(NO_CHAT, "customer", "a", "hello"), "customer", "a");
    expect(markOf(chat, only(chat))).toBe("failed");
    chat = typed(chat, "customer", "a", "hello");
    expect(markOf(chat, only(chat))).toBe("sending");
    expect(texts(told(chat, frame("customer", "a", 100, "hello")))).toEqual(["hello"]);
  });

  test("whose receipt came before its failure was noticed is delivered", () => {
    const chat = told(typed(NO_CHAT, "customer", "a", "hello"), frame("customer", "a", 100));
    expect(failed(chat, "customer", "a")).toBe(chat);
    expect(typed(chat, "customer", "a", "hello")).toBe(chat);
  });

  test("is not the other side's with the same id", () => {
    const chat = told(typed(NO_CHAT, "customer", "a", "mine"), frame("performer", "a", 100, "theirs"));
    expect(texts(chat)).toEqual(["theirs", "mine"]);
  });
});

describe("the log", () => {
  test("is in the service's order, whatever the order of arrival", () => {
    const chat = [frame("customer", "c", 30), frame("performer", "a", 10), frame("customer", "b", 20)].reduce(
      told,
      NO_CHAT,
    );
    expect(texts(chat)).toEqual(["a", "b", "c"]);
  });

  test("has what is on its way at the end, as typed", () => {
    let chat = typed(typed(NO_CHAT, "customer", "x", "x"), "customer", "y", "y");
    chat = told(chat, frame("performer", "a", 10));
    expect(texts(chat)).toEqual(["a", "x", "y"]);
  });

  test("takes a repeat and the transcript without doubling anything", () => {
    const live = told(told(NO_CHAT, frame("customer", "b", 20)), frame("customer", "b", 20));
    const chat = recalled(live, [
      { author: "performer", client_id: "a", text: "a", at: new Date(10).toISOString() },
      { author: "customer", client_id: "b", text: "b", at: new Date(20).toISOString() },
    ]);
    expect(texts(chat)).toEqual(["a", "b"]);
  });

  test("marks the days, and where the clock started: after the message that started it", () => {
    const chat = [frame("customer", "a", 10), frame("customer", "b", 20), frame("performer", "c", 30)].reduce(
      told,
      NO_CHAT,
    );
    const kinds = logOf(chat, 20, () => "today").map((it) => (it.kind === "message" ? it.message.text : it.kind));
    expect(kinds).toEqual(["day", "a", "b", "clock", "c"]);
  });

  test("has the clock at the end when nothing was said since", () => {
    const chat = told(NO_CHAT, frame("customer", "a", 10));
    expect(logOf(chat, 10, () => "d").at(-1)?.kind).toBe("clock");
    expect(logOf(chat, null, () => "d").at(-1)?.kind).toBe("message");
  });

  test("has the clock before what is still on its way", () => {
    const chat = typed(told(NO_CHAT, frame("customer", "a", 10)), "customer", "b", "b");
    expect(logOf(chat, 10, () => "d").map((it) => it.kind)).toEqual(["day", "message", "clock", "message"]);
  });

  test("has a line for each day", () => {
    const chat = [frame("customer", "a", 10), frame("customer", "b", 1_010)].reduce(told, NO_CHAT);
    const days = logOf(chat, null, (ms) => String(Math.floor(ms / 1000))).filter((it) => it.kind === "day");
    expect(days).toEqual([
      { kind: "day", atMs: 10 },
      { kind: "day", atMs: 1_010 },
    ]);
  });
});

describe("reading marks", () => {
  test("reach to the other side's newest message", () => {
    const chat = [frame("performer", "a", 10), frame("customer", "b", 20)].reduce(told, NO_CHAT);
    expect(newestOfOther(chat, "customer")).toBe(10);
    expect(newestOfOther(chat, "performer")).toBe(20);
    expect(newestOfOther(NO_CHAT, "customer")).toBe(0);
  });

  test("never go back", () => {
    expect(readUpTo(readUpTo(NO_CHAT, 20), 10).readMs).toBe(20);
  });
});

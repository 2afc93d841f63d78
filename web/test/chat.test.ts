import { describe, expect, it } from "vitest";
import { type Chat, failed, heard, newestOf, readUpTo, sending } from "../src/talk/chat.ts";

const mine = (clientId: string, atMs: number, text = "hi") => ({ clientId, author: "customer" as const, text, atMs });
const theirs = (clientId: string, atMs: number) => ({ clientId, author: "performer" as const, text: "yes", atMs });
const states = (chat: Chat) => chat.map((it) => `${it.clientId} ${it.state}`);

describe("a chat", () => {
  it("shows a message at once, and marks it when the service has it", () => {
    const sent = sending([], mine("a", 5));
    expect(states(sent)).toEqual(["a sending"]);
    expect(heard(sent, mine("a", 7))).toEqual([{ ...mine("a", 7), state: "sent" }]);
  });

  it("shows a repeat once", () => {
    const once = heard([], theirs("a", 5));
    expect(heard(once, theirs("a", 5))).toBe(once);
  });

  it("keeps the text of what did not get through, and sends it again under the same id", () => {
    const lost = failed(sending([], mine("a", 5)), "a", "customer");
    expect(lost).toEqual([{ ...mine("a", 5), state: "failed" }]);
    expect(states(sending(lost, mine("a", 9)))).toEqual(["a sending"]);
    expect(states(heard(lost, mine("a", 6)))).toEqual(["a sent"]);
  });

  it("does not call lost what was heard of meanwhile", () => {
    expect(states(failed(heard([], mine("a", 5)), "a", "customer"))).toEqual(["a sent"]);
  });

  it("does not take the other side's id for one's own", () => {
    expect(heard(sending([], mine("a", 5)), theirs("a", 6))).toHaveLength(2);
  });

  it("stands in the service's order", () => {
    expect(states(heard(heard([], theirs("b", 9)), mine("a", 5)))).toEqual(["a sent", "b sent"]);
  });

  it("is read up to an instant, and never unread again", () => {
    const read = readUpTo(heard(heard([], mine("a", 5)), mine("b", 9)), "customer", 5);
    expect(states(read)).toEqual(["a read", "b sent"]);
    expect(heard(read, mine("a", 5))).toBe(read);
    expect(newestOf(heard(read, theirs("c", 12)), "performer")).toBe(12);
    expect(newestOf([], "performer")).toBe(0);
  });
});

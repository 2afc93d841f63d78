import { describe, expect, it } from "vitest";
import {
  fits,
  inBatches,
  MAX_BYTES,
  MAX_CANDIDATES,
  type Message,
  messageIn,
  withoutCandidates,
} from "../../src/media/messages.ts";

const FROM = "a".repeat(16);
const TO = "b".repeat(16);
const ADDRESSED = { from: FROM, to: TO };
const MUTES = { audio: true, video: false, screen: true };
const CANDIDATE = { candidate: "candidate:1 1 udp 1 127.0.0.1 9 typ host", sdpMid: "0" };
const OFFER = { ...ADDRESSED, kind: "description", type: "offer", sdp: "v=0\r\n", turn: 1, mutes: MUTES };

describe("a message", () => {
  it("of every kind is read as it was said", () => {
    const said: Message[] = [
      { kind: "hello", from: FROM, to: null },
      { kind: "muted", ...ADDRESSED, mutes: MUTES },
      { kind: "candidates", ...ADDRESSED, list: [CANDIDATE] },
      OFFER as Message,
    ];
    for (const message of said) expect(messageIn(JSON.parse(JSON.stringify(message)))).toEqual(message);
  });

  it.each([
    ["nothing", null],
    ["a text", "hello"],
    ["a list", []],
    ["no kind", ADDRESSED],
    ["another kind", { ...ADDRESSED, kind: "bye" }],
    ["nobody's", { kind: "hello", to: null }],
    ["a made-up link", { kind: "hello", from: "A B", to: null }],
    ["to a made-up link", { kind: "hello", from: FROM, to: 5 }],
    ["mutes of another type", { ...ADDRESSED, kind: "muted", mutes: { ...MUTES, audio: 1 } }],
    ["no mutes", { ...ADDRESSED, kind: "muted" }],
    ["no candidates", { ...ADDRESSED, kind: "candidates", list: [] }],
    ["a candidate of no slot", { ...ADDRESSED, kind: "candidates", list: [{ candidate: "candidate:1" }] }],
    [
      "an endless candidate",
      { ...ADDRESSED, kind: "candidates", list: [{ ...CANDIDATE, candidate: "x".repeat(1025) }] },
    ],
    ["a crowd of candidates", { ...ADDRESSED, kind: "candidates", list: Array(MAX_CANDIDATES + 1).fill(CANDIDATE) }],
    ["a rollback", { ...OFFER, type: "rollback" }],
    ["a description of no turn", { ...OFFER, turn: "1" }],
    ["an endless description", { ...OFFER, sdp: "x".repeat(MAX_BYTES + 1) }],
    ["a description without mutes", { ...OFFER, mutes: undefined }],
  ])("is not: %s", (_, data) => {
    expect(messageIn(data)).toBeNull();
  });

  it("passes on nothing that it does not know", () => {
    const heard = messageIn({ kind: "candidates", ...ADDRESSED, more: 1, list: [{ ...CANDIDATE, more: 1 }] });
    expect(heard).toEqual({ kind: "candidates", ...ADDRESSED, list: [CANDIDATE] });
  });

  it("that is too large for a frame is known before it is said, by its bytes", () => {
    const sdp = "я".repeat(MAX_BYTES / 2);
    expect(fits({ ...OFFER, sdp: sdp.slice(1000) } as Message)).toBe(true);
    expect(fits({ ...OFFER, sdp } as Message)).toBe(false);
  });
});

it("a full batch of the longest candidates fits into a frame", () => {
  const longest = { candidate: "x".repeat(1024), sdpMid: "0", sdpMLineIndex: 0, usernameFragment: "x".repeat(256) };
  const [batch = []] = inBatches(Array(40).fill(longest));
  expect(batch).toHaveLength(MAX_CANDIDATES);
  expect(fits({ kind: "candidates", ...ADDRESSED, list: batch })).toBe(true);
});

it("batches keep the order and leave nothing out", () => {
  const list = Array.from({ length: 40 }, (_, n) => ({ candidate: String(n), sdpMid: "0" }));
  expect(inBatches(list).flat()).toEqual(list);
});

it("a description leaves its candidates out, and only them", () => {
  const sdp = "v=0\r\na=candidate:1 1 udp\r\na=mid:0\r\na=end-of-candidates\r\na=ice-ufrag:x\r\n";
  expect(withoutCandidates(sdp)).toBe("v=0\r\na=mid:0\r\na=ice-ufrag:x\r\n");
});

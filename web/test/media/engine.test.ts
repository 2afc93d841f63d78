/** The pure parts of the engine: repairs, what is sent, statistics, quality. */
import { describe, expect, it } from "vitest";
import { Sending, sameMutes } from "../../src/media/muting.ts";
import { Judge, poor } from "../../src/media/quality.ts";
import { type Counters, NO_COUNTERS, NO_GAUGES, readingOf, Tally } from "../../src/media/readings.ts";
import { repair, TRIES, waitMs } from "../../src/media/recovery.ts";

describe("repairs", () => {
  it("restart first, then build anew, and give up at last", () => {
    const tried = (polite: boolean) => Array.from({ length: TRIES + 1 }, (_, n) => repair(n, polite, true));
    expect(tried(false)).toEqual([...Array(3).fill("restart"), ...Array(TRIES - 3).fill("rebuild"), "give-up"]);
    expect(tried(true)).toEqual([...Array(3).fill("restart"), ...Array(TRIES - 3).fill("greet"), "give-up"]);
  });

  it("begin with a greeting where nobody was met yet", () => {
    expect(repair(0, true, false)).toBe("greet");
    expect(repair(0, false, false)).toBe("greet");
  });

  it("wait longer each time, within bounds, the polite page longer than the other", () => {
    for (const chance of [0, 0.5, 1]) {
      const waits = Array.from({ length: TRIES }, (_, n) => waitMs(n, false, chance));
      expect(waits).toEqual([...waits].sort((a, b) => a - b));
      expect(Math.min(...waits)).toBeGreaterThanOrEqual(2_400);
      expect(Math.max(...waits)).toBeLessThanOrEqual(18_000);
      expect(waitMs(1, true, chance)).toBe(waitMs(1, false, chance) + 1_000);
    }
  });

  it("outlast the 45 s in which a lost side may come back, and end within minutes", () => {
    const total = (chance: number) =>
      Array.from({ length: TRIES }, (_, n) => waitMs(n, false, chance)).reduce((sum, ms) => sum + ms, 0);
    expect(total(0)).toBeGreaterThan(45_000);
    expect(total(1)).toBeLessThan(180_000);
  });
});

describe("what is sent", () => {
  it("is nothing at all, not even silence, before something was turned on", () => {
    const sending = new Sending<string>();
    expect([sending.audio, sending.video, sending.silence]).toEqual([null, null, false]);
    expect(sending.mutes).toEqual({ audio: true, video: true, screen: false });
    sending.set("audio", null);
    sending.hold(true);
    expect(sending.silence).toBe(false);
  });

  it("is the screen in the camera's place, and the camera again afterwards", () => {
    const sending = new Sending<string>();
    sending.set("video", "camera");
    sending.set("screen", "screen");
    expect([sending.video, sending.mutes]).toEqual(["screen", { audio: true, video: false, screen: true }]);
    sending.set("video", null);
    expect(sending.mutes.video).toBe(false);
    sending.set("video", "camera");
    sending.set("screen", null);
    expect([sending.video, sending.mutes]).toEqual(["camera", { audio: true, video: false, screen: false }]);
  });

  it("is silence when all was turned off again: the side still sends", () => {
    const sending = new Sending<string>();
    sending.set("audio", "microphone");
    expect(sending.silence).toBe(false);
    sending.set("audio", null);
    expect(sending.silence).toBe(true);
    sending.set("video", "camera");
    expect(sending.silence).toBe(false);
  });

  it("is held back without being turned off", () => {
    const sending = new Sending<string>();
    sending.set("audio", "microphone");
    sending.set("video", "camera");
    const before = sending.mutes;
    sending.hold(true);
    expect([sending.audio, sending.video, sending.silence]).toEqual([null, null, true]);
    expect(sameMutes(sending.mutes, before)).toBe(true);
    sending.hold(false);
    expect([sending.audio, sending.video, sending.silence]).toEqual(["microphone", "camera", false]);
  });
});

const ROWS = [
  {
    type: "inbound-rtp",
    kind: "video",
    bytesReceived: 900,
    packetsReceived: 90,
    packetsLost: 2,
    framesDecoded: 30,
    frameWidth: 640,
    frameHeight: 480,
    jitter: 0.004,
  },
  { type: "inbound-rtp", kind: "audio", bytesReceived: 100, packetsReceived: 10, packetsLost: -1, jitter: 0.012 },
  { type: "outbound-rtp", kind: "video", bytesSent: 500, packetsSent: 50, framesEncoded: 20 },
  { type: "remote-inbound-rtp", packetsLost: 3, jitter: 0.02, roundTripTime: 0.2 },
  { type: "transport", id: "T", selectedCandidatePairId: "P2", bytesReceived: 99_999, bytesSent: 99_999 },
  {
    type: "candidate-pair",
    id: "P1",
    nominated: true,
    state: "succeeded",
    currentRoundTripTime: 9,
    localCandidateId: "L1",
  },
  {
    type: "candidate-pair",
    id: "P2",
    nominated: true,
    state: "succeeded",
    currentRoundTripTime: 0.05,
    localCandidateId: "L2",
  },
  { type: "local-candidate", id: "L1", candidateType: "host" },
  { type: "local-candidate", id: "L2", candidateType: "relay" },
];

describe("a reading", () => {
  it("adds up what media there is, and not what keeps the connection alive", () => {
    expect(readingOf(ROWS)).toEqual({
      counters: {
        receivedBytes: 1000,
        sentBytes: 500,
        receivedPackets: 100,
        sentPackets: 50,
        lostPackets: 2,
        decodedFrames: 30,
        sentFrames: 20,
        farLostPackets: 3,
      },
      gauges: { jitterMs: 12, roundTripMs: 50, farJitterMs: 20, frameWidth: 640, frameHeight: 480, relayed: true },
    });
  });

  it("finds the pair in use without a transport, as some browsers have none", () => {
    const rows = ROWS.filter((row) => row.type !== "transport" && row.id !== "P1");
    expect(readingOf(rows).gauges.relayed).toBe(true);
  });

  it("of nothing is nothing, and of nonsense too", () => {
    expect(readingOf([])).toEqual({ counters: NO_COUNTERS, gauges: NO_GAUGES });
    const nonsense = [{ type: "inbound-rtp", bytesReceived: "5", packetsLost: Number.NaN, jitter: -1 }];
    expect(readingOf(nonsense)).toEqual({ counters: NO_COUNTERS, gauges: NO_GAUGES });
  });
});

describe("the tally", () => {
  const bytes = (receivedBytes: number): Counters => ({ ...NO_COUNTERS, receivedBytes });

  it("goes on over connections that count from nought, and never falls", () => {
    const tally = new Tally();
    expect(tally.add(bytes(100)).receivedBytes).toBe(100);
    expect(tally.add(bytes(90)).receivedBytes).toBe(100);
    tally.carry();
    expect(tally.total.receivedBytes).toBe(100);
    expect(tally.add(bytes(5)).receivedBytes).toBe(105);
    tally.carry();
    tally.carry();
    expect(tally.total.receivedBytes).toBe(105);
  });
});

describe("quality", () => {
  const now = (changes: Partial<Counters>): Counters => ({ ...NO_COUNTERS, ...changes });

  it.each([
    ["all arrives", now({ receivedPackets: 100 }), {}, false],
    ["a little is lost", now({ receivedPackets: 96, lostPackets: 4 }), {}, false],
    ["much is lost", now({ receivedPackets: 90, lostPackets: 10 }), {}, true],
    ["much is lost on the way there", now({ receivedPackets: 99, sentPackets: 100, farLostPackets: 10 }), {}, true],
    ["the connection swings", now({ receivedPackets: 100 }), { jitterMs: 81 }, true],
    ["the way is long", now({ receivedPackets: 100 }), { roundTripMs: 601 }, true],
    ["nothing arrives of what should", now({}), {}, true],
  ])("when %s", (_, counters, gauges, expected) => {
    expect(poor(NO_COUNTERS, counters, { ...NO_GAUGES, ...gauges }, true)).toBe(expected);
  });

  it("is not poor because a muted side sends nothing", () => {
    expect(poor(NO_COUNTERS, NO_COUNTERS, NO_GAUGES, false)).toBe(false);
  });

  it("turns bad after two poor stretches, good after three that are not", () => {
    const judge = new Judge();
    const heard = [true, false, true, true, false, false, true, false, false, false].map((was) => judge.hear(was));
    expect(heard).toEqual(["good", "good", "good", "bad", "bad", "bad", "bad", "bad", "bad", "good"]);
  });
});

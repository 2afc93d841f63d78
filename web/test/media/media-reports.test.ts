import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { MediaReports } from "../../src/media/media-reports.ts";
import { type CallStats, NO_COUNTERS, NO_GAUGES } from "../../src/media/readings.ts";
import { Batch, MAX_SAMPLES, type Sample, sampleOf } from "../../src/media/samples.ts";

const MUTED = { audio: true, video: true, screen: false };
const HEARD = { audio: false, video: false, screen: false };
const report = (changes: Partial<CallStats> = {}): CallStats => ({
  ...NO_COUNTERS,
  ...NO_GAUGES,
  muted: MUTED,
  remoteMuted: HEARD,
  ...changes,
});
const MINUTE = 60_000;

describe("a sample", () => {
  it("is what happened between two moments, and the state at the later one", () => {
    const before = { atMs: 1_000, report: report({ receivedBytes: 100, decodedFrames: 5, jitterMs: 99 }) };
    const now = {
      atMs: 61_000.4,
      report: report({ receivedBytes: 350, decodedFrames: 65, jitterMs: 7, frameWidth: 640, frameHeight: 480 }),
    };
    expect(sampleOf(before, now)).toEqual({
      at_ms: 61_000,
      span_ms: MINUTE,
      received_bytes: 250,
      sent_bytes: 0,
      received_packets: 0,
      lost_packets: 0,
      far_lost_packets: 0,
      decoded_frames: 60,
      frame_width: 640,
      frame_height: 480,
      jitter_ms: 7,
      far_jitter_ms: null,
      round_trip_ms: null,
      muted_audio: true,
      muted_video: true,
      far_muted_audio: false,
      far_muted_video: false,
    });
  });

  it("stays within what the service takes, whatever the browser says", () => {
    const before = { atMs: 100_000_000, report: report({ receivedBytes: 100 }) };
    const wild = report({ receivedBytes: 50, jitterMs: 10_000_000, frameWidth: 99_999 });
    const back = sampleOf(before, { atMs: 0, report: wild });
    expect([back.span_ms, back.received_bytes, back.jitter_ms, back.frame_width]).toEqual([0, 0, 600_000, 16_384]);
    expect(sampleOf({ atMs: 0, report: wild }, before).span_ms).toBe(3_600_000);
  });
});

describe("a batch", () => {
  const sample = (at_ms: number) => ({ at_ms }) as Sample;

  it("holds two blocks of minutes, of which the oldest give way", () => {
    const batch = new Batch();
    for (let n = 0; n < MAX_SAMPLES + 3; n++) batch.add(sample(n));
    expect(batch.samples).toHaveLength(MAX_SAMPLES);
    expect(batch.samples[0]?.at_ms).toBe(3);
  });

  it("gives up only what was delivered", () => {
    const batch = new Batch();
    batch.add(sample(1));
    const reported = batch.samples;
    batch.add(sample(2));
    batch.delivered(reported);
    expect(batch.samples.map(({ at_ms }) => at_ms)).toEqual([2]);
  });
});

describe("evidence", () => {
  let bytes = 0;
  let reports: MediaReports;

  beforeEach(async () => {
    vi.useFakeTimers({ now: 0 });
    bytes = 0;
    reports = new MediaReports({
      read: async () => {
        bytes += 1_000;
        return report({ receivedBytes: bytes });
      },
      now: () => Date.now() + 500,
    });
    await reports.start();
  });
  afterEach(() => {
    reports.stop();
    vi.useRealTimers();
  });
  const pass = (minutes: number) => vi.advanceTimersByTimeAsync(minutes * MINUTE);

  it("has a sample for each minute, by the server's time", async () => {
    await pass(3);
    const { samples } = await reports.stats(9);
    expect(samples.map(({ at_ms, span_ms, received_bytes }) => [at_ms, span_ms, received_bytes])).toEqual([
      [60_500, MINUTE, 1_000],
      [120_500, MINUTE, 1_000],
      [180_500, MINUTE, 1_000],
    ]);
  });

  it("is reported again until the service has taken it, and then no more", async () => {
    await pass(2);
    const lost = await reports.stats(9);
    await pass(1);
    const taken = await reports.stats(10);
    expect(taken.samples).toHaveLength(3);
    expect(taken.samples.slice(0, 2)).toEqual(lost.samples);
    reports.delivered(taken);
    await pass(2);
    expect((await reports.stats(11)).samples.map(({ at_ms }) => at_ms)).toEqual([240_500, 300_500]);
  });

  it("says when the first media came, once", async () => {
    expect((await reports.stats(0)).first_media_ms).toBeNull();
    reports.firstMedia();
    await pass(1);
    reports.firstMedia();
    const stats = await reports.stats(0);
    expect(stats.first_media_ms).toBe(500);
    reports.delivered(stats);
    expect((await reports.stats(0)).first_media_ms).toBeNull();
  });

  it("of one minute waits for company, so that only one of a boundary's two reports carries any", async () => {
    await pass(1);
    expect((await reports.stats(5)).samples).toEqual([]);
    await pass(1);
    expect((await reports.stats(5)).samples).toHaveLength(2);
  });

  it("at the end is whole, with the stretch under way", async () => {
    await pass(1.25);
    const { samples } = await reports.stats(5, true);
    expect(samples.map(({ span_ms }) => span_ms)).toEqual([MINUTE, MINUTE / 4]);
  });

  it("is collected no longer once it is stopped", async () => {
    reports.stop();
    await pass(5);
    expect((await reports.stats(5)).samples).toEqual([]);
  });
});

/** What a side sent and received, minute by minute, as it is reported (D29). */
import type { Frames } from "../socket/socket.ts";
import type { CallStats } from "./readings.ts";

export type Sample = Frames["MediaSample"];

/** As many as a report may carry: two blocks of minutes. */
export const MAX_SAMPLES = 32;
/** A stretch that was slept through (a closed laptop) is reported as this long at most. */
const LONGEST_MS = 3_600_000;

export interface Moment {
  atMs: number;
  report: CallStats;
}

/** What happened between two moments. */
export function sampleOf(before: Moment, now: Moment): Sample {
  const { report } = now;
  const grown = (name: GrownName) => Math.max(0, report[name] - before.report[name]);
  return {
    at_ms: Math.round(now.atMs),
    span_ms: Math.min(Math.max(0, Math.round(now.atMs - before.atMs)), LONGEST_MS),
    received_bytes: grown("receivedBytes"),
    sent_bytes: grown("sentBytes"),
    received_packets: grown("receivedPackets"),
    lost_packets: grown("lostPackets"),
    far_lost_packets: grown("farLostPackets"),
    decoded_frames: grown("decodedFrames"),
    frame_width: side(report.frameWidth),
    frame_height: side(report.frameHeight),
    jitter_ms: gauge(report.jitterMs),
    far_jitter_ms: gauge(report.farJitterMs),
    round_trip_ms: gauge(report.roundTripMs),
    muted_audio: report.muted.audio,
    muted_video: report.muted.video,
    far_muted_audio: report.remoteMuted.audio,
    far_muted_video: report.remoteMuted.video,
  };
}

type GrownName = "receivedBytes" | "sentBytes" | "receivedPackets" | "lostPackets" | "farLostPackets" | "decodedFrames";

function side(pixels: number): number {
  return Math.min(pixels, 16_384);
}

function gauge(ms: number | null): number | null {
  return ms === null ? null : Math.min(ms, 600_000);
}

/** Samples that wait for the next report. The oldest give way when reports fail for long. */
export class Batch {
  private waiting: Sample[] = [];

  add(sample: Sample): void {
    this.waiting.push(sample);
    if (this.waiting.length > MAX_SAMPLES) this.waiting.shift();
  }

  get samples(): Sample[] {
    return [...this.waiting];
  }

  /** These were taken by the service: they are not reported again. */
  delivered(samples: readonly Sample[]): void {
    const taken = new Set(samples);
    this.waiting = this.waiting.filter((sample) => !taken.has(sample));
  }
}

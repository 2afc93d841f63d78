/**
 * Whether the connection is good enough to talk over, judged by what arrives. Neither a single hiccup nor a single good moment turns the
 * judgement.
 */
import type { Counters, Gauges } from "./readings.ts";

export type Quality = "good" | "bad";

const LOST_SHARE = 0.08;
const JITTER_MS = 80;
const ROUND_TRIP_MS = 600;
const BAD_IN_A_ROW = 2;
const GOOD_IN_A_ROW = 3;

/** Whether what came between two readings was poor. `expected`: the other side sends something. */
export function poor(before: Counters, now: Counters, gauges: Gauges, expected: boolean): boolean {
  const grown = (name: keyof Counters) => now[name] - before[name];
  if (expected && grown("receivedPackets") <= 0) return true;
  if (share(grown("lostPackets"), grown("receivedPackets")) > LOST_SHARE) return true;
  if (share(grown("farLostPackets"), grown("sentPackets") - grown("farLostPackets")) > LOST_SHARE) return true;
  return (gauges.jitterMs ?? 0) > JITTER_MS || (gauges.roundTripMs ?? 0) > ROUND_TRIP_MS;
}

function share(lost: number, arrived: number): number {
  return lost > 0 ? lost / (lost + Math.max(arrived, 0)) : 0;
}

export class Judge {
  quality: Quality = "good";
  private inARow = 0;

  /** Hears how the last stretch was, and answers the judgement. */
  hear(wasPoor: boolean): Quality {
    const contrary = wasPoor === (this.quality === "good");
    this.inARow = contrary ? this.inARow + 1 : 0;
    if (this.inARow >= (wasPoor ? BAD_IN_A_ROW : GOOD_IN_A_ROW)) {
      this.quality = wasPoor ? "bad" : "good";
      this.inARow = 0;
    }
    return this.quality;
  }
}

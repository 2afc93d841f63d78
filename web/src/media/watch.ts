/** Looks at a call's statistics now and then: whether media has come, and whether the connection is good enough to talk over. */
import { signal } from "@preact/signals";
import { later } from "../socket/timers.ts";
import type { Mutes } from "./messages.ts";
import { Judge, poor, type Quality } from "./quality.ts";
import { type Counters, type Gauges, NO_GAUGES, readingOf, Tally } from "./readings.ts";

/** A call as it stands at the moment. */
export interface Watched {
  pc: RTCPeerConnection | null;
  wasConnected: boolean;
  /** Tracks of the other side have begun to flow. */
  flows: boolean;
  /** What the other side has off. */
  remoteMuted: Mutes;
}

const FIRST_LOOK_MS = 250;
const LOOK_MS = 2_000;

export class Watch {
  /** The first frame was decoded, or the first sound has come (R42). Never false again. */
  readonly received = signal(false);
  readonly quality = signal<Quality>("good");

  private readonly tally = new Tally();
  private readonly judge = new Judge();
  private gauges: Gauges = NO_GAUGES;
  private closed = false;
  private stopLooking = () => {};

  constructor(private readonly call: () => Watched) {
    this.lookIn(LOOK_MS);
  }

  /** Counts since the call began, over all connections, and what is measured at the moment. */
  async read(): Promise<Counters & Gauges> {
    const { pc } = this.call();
    if (pc) {
      const reading = readingOf((await pc.getStats()).values());
      if (this.call().pc === pc) {
        this.tally.add(reading.counters);
        this.gauges = reading.gauges;
      }
    }
    return { ...this.tally.total, ...this.gauges };
  }

  /** A track has begun to flow: looks at once whether anything has come. */
  hasten(): void {
    if (!this.received.value) this.lookIn(0);
  }

  /** The connection is given up; the next one counts from nought. */
  carry(): void {
    this.tally.carry();
  }

  close(): void {
    this.closed = true;
    this.stopLooking();
  }

  private lookIn(ms: number): void {
    this.stopLooking();
    this.stopLooking = later(ms, () => void this.look(ms));
  }

  private async look(afterMs: number): Promise<void> {
    const before = this.tally.total;
    await this.read();
    if (this.closed) return;
    const now = this.tally.total;
    const { flows, wasConnected, remoteMuted } = this.call();
    // Silence that stands in for a muted side is no sound of theirs.
    if (flows && (now.decodedFrames > 0 || (!remoteMuted.audio && now.receivedPackets > 0))) {
      this.received.value = true;
    }
    if (afterMs === LOOK_MS && wasConnected) {
      const expected = !remoteMuted.audio || !remoteMuted.video;
      this.quality.value = this.judge.hear(poor(before, now, this.gauges, expected));
    }
    this.lookIn(flows && !this.received.value ? FIRST_LOOK_MS : LOOK_MS);
  }
}

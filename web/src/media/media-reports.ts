/**
 * Collects what a side's `session.report` frames say of its media: a sample a minute, and when the first media came.
 *
 *     const stats = await reports.stats(bytes);
 *     await socket.ask({ type: "session.report", session_id, stats });
 *     reports.delivered(stats);
 */
import type { Frames } from "../socket/socket.ts";
import { every } from "../socket/timers.ts";
import type { CallStats } from "./readings.ts";
import { Batch, type Moment, sampleOf } from "./samples.ts";

export type Stats = Required<Frames["Stats"]>;

export interface MediaReportsOptions {
  /** The call's statistics: `() => peer.stats()`. */
  read(): Promise<CallStats>;
  /** The server's time, as well as it is known: `() => socket.now()`. */
  now(): number;
  /** How long a sample is; a minute. */
  everyMs?: number;
}

export class MediaReports {
  private readonly batch = new Batch();
  private readonly everyMs: number;
  private last: Moment | null = null;
  private firstMs: number | null = null;
  private firstDelivered = false;
  private stopSampling = () => {};

  constructor(private readonly options: MediaReportsOptions) {
    this.everyMs = options.everyMs ?? 60_000;
  }

  /** Samples from now on. */
  async start(): Promise<void> {
    this.stopSampling();
    this.stopSampling = every(this.everyMs, () => void this.sample());
    this.last ??= await this.moment();
  }

  stop(): void {
    this.stopSampling();
  }

  /** The first media has come: what `session.media` says, kept here for the reports. Later calls change nothing. */
  firstMedia(): void {
    this.firstMs ??= Math.round(this.options.now());
  }

  /**
   * What the next report says: the bytes, if they grow (see flow.ts), and the samples that were not delivered yet. A single sample waits
   * for the next one, so that only one of the two reports before a boundary carries samples. `closing`: all, with the stretch under way.
   */
  async stats(mediaBytes: number | null, closing = false): Promise<Stats> {
    if (closing) await this.sample();
    const samples = this.batch.samples;
    return {
      media_bytes: mediaBytes,
      first_media_ms: this.firstDelivered ? null : this.firstMs,
      samples: closing || samples.length > 1 ? samples : [],
    };
  }

  /** The service has taken this report. */
  delivered(stats: Stats): void {
    if (stats.first_media_ms !== null) this.firstDelivered = true;
    this.batch.delivered(stats.samples);
  }

  private async sample(): Promise<void> {
    const before = this.last;
    const now = await this.moment();
    this.last = now;
    if (before && now.atMs > before.atMs) this.batch.add(sampleOf(before, now));
  }

  private async moment(): Promise<Moment> {
    return { atMs: this.options.now(), report: await this.options.read() };
  }
}

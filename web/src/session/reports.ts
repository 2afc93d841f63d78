/** The signs of life that a page owes the service: before the clock starts, and while it runs (D18). */
import type { ReadonlySignal } from "@preact/signals";
import { type Frames, type ServerFrame, socket } from "../socket/socket.ts";
import { later } from "../socket/timers.ts";
import { reportDue } from "./meter.ts";
import { awaitsClock, ownMediaAwaited, type SessionState } from "./state.ts";

type Stats = Frames["Stats"];

/** Media that is reported on. */
export interface Reported {
  /** Media flows over the connection that speaks for this side. */
  readonly flows: boolean;
  stats(closing: boolean): Promise<Stats>;
  delivered(stats: Stats): void;
}

/** An end does not wait longer than this for the last report. */
const CLOSING_MS = 1_000;
const NO_MEDIA: Stats = { media_bytes: null, first_media_ms: null, samples: [] };

export class Reports {
  private reportedMs: number | null = null;
  /** A report is owed as soon as media flows: after a return nothing counts that flowed before. */
  private owed = false;
  private sending = false;

  constructor(
    private readonly state: ReadonlySignal<SessionState>,
    private readonly media: () => Reported | null,
  ) {}

  hear(frame: ServerFrame): void {
    if (frame.type === "session.resumed" && frame.re !== undefined) this.owed = this.state.value.mode === "video";
  }

  /** Sends what is due at this instant. */
  look(nowMs: number): void {
    const state = this.state.value;
    if (state.elsewhere) return;
    if (awaitsClock(state)) this.wait(nowMs);
    if (state.stage !== "live" || state.paidUntilMs === null) return;
    const due = reportDue(state.paidUntilMs, socket.intervals.reportMs, this.reportedMs, nowMs);
    const awaited = (this.owed || ownMediaAwaited(state)) && this.media()?.flows === true;
    if (!due && (!awaited || this.sending)) return;
    if (due) this.reportedMs = nowMs;
    void this.send(false);
  }

  /** Before an end: what was not reported yet. */
  async last(): Promise<void> {
    const late = new Promise<void>((resolve) => later(CLOSING_MS, resolve));
    await Promise.race([this.send(true), late]);
  }

  /** No clock starts for a page that is not heard from. */
  private wait(nowMs: number): void {
    this.reportedMs ??= nowMs;
    if (nowMs < this.reportedMs + socket.intervals.waitingReportMs) return;
    this.reportedMs = nowMs;
    socket.say({ type: "session.report", session_id: this.state.value.sessionId, stats: NO_MEDIA });
  }

  /** A report that is lost is not missed: the service asks a side that it has not heard from. */
  private async send(closing: boolean): Promise<void> {
    this.sending = true;
    try {
      const media = this.media();
      const stats = media ? await media.stats(closing) : NO_MEDIA;
      await socket.ask({ type: "session.report", session_id: this.state.value.sessionId, stats });
      if (stats.media_bytes !== null) this.owed = false;
      media?.delivered(stats);
    } catch {
      // As above.
    } finally {
      this.sending = false;
    }
  }
}

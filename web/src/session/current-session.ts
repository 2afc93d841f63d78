/**
 * The session that this page speaks for, for as long as it lives: it hears the line, comes back when the line does, gives signs of life and
 * carries messages. Pages only look at it, so that leaving one ends nothing.
 */
import { effect, type Signal, signal, untracked } from "@preact/signals";
import { answered as answer, api, type Schemas } from "../api/client.ts";
import { asProblem, type Problem } from "../api/problem.ts";
import { type Frames, type ServerFrame, socket } from "../socket/socket.ts";
import { every, later } from "../socket/timers.ts";
import { balance, me, refreshAccount } from "../state/me.ts";
import { keepUnsaved, unsavedOf } from "../state/unsaved.ts";
import * as log from "./chat.ts";
import { reportDue } from "./meter.ts";
import { releaseDevices } from "./own-devices.ts";
import { keepSession, leaveSession } from "./returning.ts";
import { heard, newSession, ownMediaAwaited, type SessionState, type Side } from "./state.ts";

type Stats = Frames["Stats"];

/** What a video call adds: it hears the other page, and says what of media has flowed. */
export interface Media {
  signal(data: unknown): void;
  /** Media flows over the connection that speaks for this side. */
  readonly flows: boolean;
  stats(closing: boolean): Promise<Stats>;
  delivered(stats: Stats): void;
  close(): void;
}

const LOOK_MS = 1_000;
const AGAIN_MS = 2_000;
const NEWS_MS = 5_000;
/** An end does not wait longer than this for the last evidence. */
const CLOSING_MS = 1_000;
const HELD_SIGNALS = 64;
const NO_MEDIA: Stats = { media_bytes: null, first_media_ms: null, samples: [] };

export class CurrentSession {
  readonly state = signal<SessionState>(newSession(""));
  readonly chat = signal<log.Chat>(log.NO_CHAT);
  /** A message that is being written: kept when its field is closed, and when the page is loaded anew. */
  readonly draft: Signal<string>;
  /** Why the session cannot be come back to, if that is so. */
  readonly problem = signal<Problem | null>(null);
  media: Media | null = null;
  /** Rises when a page has joined anew, which does not know how far the other one has read. */
  readonly joins = signal(0);

  private held: unknown[] = [];
  private reportedMs: number | null = null;
  /** A sign of life is owed as soon as media flows: after a return nothing counts that flowed before (D18). */
  private owed = false;
  private askedMs = 0;
  private reporting = false;
  private readSentMs = 0;
  private sending: Promise<unknown> = Promise.resolve();
  private resuming = false;
  private readonly stops: Array<() => void> = [];

  /** `greeted`: the service has just told this page of the session, and there is nothing to come back to. */
  constructor(first: SessionState, greeted: boolean) {
    this.state.value = first;
    const kept = `draft.${first.sessionId}`;
    this.draft = signal(unsavedOf<string>(kept)?.value ?? "");
    this.stops.push(effect(() => keepUnsaved(kept, this.draft.value ? { base: 0, value: this.draft.value } : null)));
    this.stops.push(
      socket.listen((frame) => this.hear(frame)),
      every(LOOK_MS, () => this.look()),
    );
    let fresh = greeted;
    this.stops.push(
      effect(() => {
        if (socket.state.value !== "open") return;
        if (!fresh) untracked(() => void this.comeBack());
        fresh = false;
      }),
    );
    keepSession(first.sessionId);
  }

  get sessionId(): string {
    return this.state.value.sessionId;
  }

  get over(): boolean {
    return this.state.value.stage === "ended";
  }

  /** Speaks for this side from now on, also if another tab did (D18). */
  async resume(): Promise<void> {
    if (this.resuming || this.over) return;
    this.resuming = true;
    try {
      await socket.ask<"session.resumed" | "session.ended">({ type: "resume", session_id: this.sessionId });
      this.problem.value = null;
      // The other page may have missed how far this one has read, and this one what was said meanwhile.
      this.readAnew();
      void this.recall();
    } catch (error) {
      this.refused(asProblem(error));
    } finally {
      this.resuming = false;
    }
  }

  /** Sends a message, or one that failed once more. */
  say(text: string, clientId: string = crypto.randomUUID()): void {
    const { side } = this.state.value;
    if (side === null) return;
    this.chat.value = log.typed(this.chat.value, side, clientId, text);
    const send = () =>
      socket
        .ask<"chat.message">({ type: "chat.send", session_id: this.sessionId, client_id: clientId, text })
        .catch((error: unknown) => {
          this.chat.value = log.failed(this.chat.value, side, clientId, asProblem(error).fields[0]);
        });
    // One after another, so that none overtakes the one before.
    this.sending = this.sending.then(send);
  }

  /** A message that was lost goes once more; one that was refused goes back to where it was written. */
  retry(message: log.Message): void {
    if (!message.fault) {
      this.say(message.text, message.clientId);
      return;
    }
    this.chat.value = log.dropped(this.chat.value, message);
    this.draft.value = [message.text, this.draft.value].filter(Boolean).join("\n");
  }

  /** The other side's messages are before the reader's eyes. */
  markRead(): void {
    const { side, stage } = this.state.value;
    if (side === null || (stage !== "answered" && stage !== "pending" && stage !== "live")) return;
    const newest = log.newestOfOther(this.chat.value, side);
    if (newest <= this.readSentMs) return;
    this.readSentMs = newest;
    socket.say({ type: "chat.read", session_id: this.sessionId, up_to_ms: newest });
  }

  /** To the other page's media; it may get lost. */
  signal(data: unknown): void {
    socket.say({ type: "signal", session_id: this.sessionId, data: data as Record<string, unknown> });
  }

  attach(media: Media): void {
    this.media = media;
    for (const data of this.held.splice(0)) media.signal(data);
  }

  /** Ends the session (R58). Throws Problem. */
  async end(): Promise<void> {
    if (this.media && this.state.value.stage === "live") {
      const late = new Promise<void>((resolve) => later(CLOSING_MS, resolve));
      await Promise.race([this.report(true), late]);
    }
    await socket.ask({ type: "session.end", session_id: this.sessionId });
  }

  /** Reads what was said before. What cannot be read now is read when the line comes back. */
  async recall(): Promise<void> {
    try {
      for (let cursor: string | undefined, more = true; more; ) {
        const page: Schemas["MessageViewPage"] = await answer(
          api.GET("/sessions/{session_id}/transcript", {
            params: { path: { session_id: this.sessionId }, query: { limit: 100, ...(cursor && { cursor }) } },
          }),
        );
        this.chat.value = log.recalled(this.chat.value, page.items);
        cursor = page.next_cursor ?? undefined;
        more = cursor !== undefined;
      }
    } catch {
      // The frames keep telling.
    }
  }

  close(): void {
    this.media?.close();
    this.media = null;
    for (const stop of this.stops.splice(0)) stop();
    leaveSession(this.sessionId);
  }

  private hear(frame: ServerFrame): void {
    if ("session_id" in frame && frame.session_id !== this.sessionId) return;
    const before = this.state.value;
    const now = heard(before, frame);
    this.state.value = now;
    switch (frame.type) {
      case "signal":
        if (this.media) this.media.signal(frame.data);
        else this.held = [...this.held, frame.data].slice(-HELD_SIGNALS);
        return;
      case "chat.message":
        this.chat.value = log.told(this.chat.value, frame);
        return;
      case "chat.read":
        this.chat.value = log.readUpTo(this.chat.value, frame.up_to_ms);
        return;
      case "session.resumed":
        if (frame.re === undefined) this.readAnew();
        else this.owed = now.mode === "video";
        return;
      case "session.started":
      case "session.charged":
        this.showBalance(now.balanceMinor);
        return;
      case "session.interrupted":
        if (now.side === null || !now.lost.includes(now.side) || now.elsewhere) return;
        if (!ownMediaAwaited(now)) void this.resume();
        return;
      case "session.ended":
      case "call.ended":
        if (!before.ending) void refreshAccount();
        this.draft.value = "";
        this.close();
        // Also what was turned on while it rang, if the session ended before its page was there.
        releaseDevices();
    }
  }

  private readAnew(): void {
    this.readSentMs = 0;
    this.joins.value += 1;
  }

  private comeBack(): void {
    if (!this.state.value.elsewhere) void this.resume();
  }

  private refused(problem: Problem): void {
    if (problem.code === "network") return; // The line is opened anew, and the session come back to.
    if (problem.code === "unavailable") {
      later(AGAIN_MS, () => this.comeBack());
      return;
    }
    this.problem.value = problem;
  }

  private showBalance(minor: number | null): void {
    const known = balance.value;
    if (known && minor !== null) balance.value = { ...known, amount_minor: minor };
  }

  private look(): void {
    const { stage, paidUntilMs, untilMs, elsewhere } = this.state.value;
    const now = socket.now();
    // The word of the clock's start, or of an end without one, was lost.
    const waits = stage === "answered" || stage === "pending";
    if (waits && !elsewhere && untilMs !== null && now > Math.max(untilMs, this.askedMs) + NEWS_MS) {
      this.askedMs = now;
      this.comeBack();
    }
    if (waits && !elsewhere) this.wait(now);
    if (stage !== "live" || paidUntilMs === null || elsewhere) return;
    // The word of the next block, or of the end, was lost: the answer to a return tells what there is to know.
    if (now > paidUntilMs + NEWS_MS && this.state.value.lost.length === 0 && now > this.askedMs + NEWS_MS) {
      this.askedMs = now;
      this.comeBack();
    }
    const due = reportDue(paidUntilMs, socket.manners.reportMs, this.reportedMs, now);
    const awaited = (this.owed || ownMediaAwaited(this.state.value)) && this.media?.flows === true;
    if (!due && (!awaited || this.reporting)) return;
    if (due) this.reportedMs = now;
    void this.report(false);
  }

  /** No clock starts for a page that is not heard from (D18). */
  private wait(now: number): void {
    this.reportedMs ??= now;
    if (now < this.reportedMs + socket.manners.waitingReportMs) return;
    this.reportedMs = now;
    socket.say({ type: "session.report", session_id: this.sessionId, stats: NO_MEDIA });
  }

  /** A sign of life (D18). One that is lost is not missed: the service asks a side that it has not heard from. */
  private async report(closing: boolean): Promise<void> {
    this.reporting = true;
    try {
      const { media } = this;
      const stats = media ? await media.stats(closing) : NO_MEDIA;
      await socket.ask({ type: "session.report", session_id: this.sessionId, stats });
      if (stats.media_bytes !== null) this.owed = false;
      media?.delivered(stats);
    } catch {
      // As above.
    } finally {
      this.reporting = false;
    }
  }
}

/** The session of this page; it stays after its end, for its page to tell of it. */
export const currentSession = signal<CurrentSession | null>(null);

/** This tab is in another session, which goes on and may be paid for. */
export function inAnother(sessionId?: string): boolean {
  const now = currentSession.peek();
  return now !== null && !now.over && !now.state.peek().elsewhere && now.sessionId !== sessionId;
}

/** The call was answered, and this page speaks for a side. */
export function begin(frame: Frames["CallAnsweredFrame"], side: Side): CurrentSession {
  return take(heard(newSession(frame.session_id, side), frame), true);
}

/** The session as this page has it, or as it comes back to it. */
export function enter(sessionId: string): CurrentSession {
  const now = currentSession.peek();
  if (now?.sessionId === sessionId) return now;
  return take(newSession(sessionId), false);
}

effect(() => {
  // Whoever signs out here speaks for nobody any more.
  if (me.value === null) {
    currentSession.peek()?.close();
    currentSession.value = null;
  }
});

function take(first: SessionState, greeted: boolean): CurrentSession {
  currentSession.peek()?.close();
  const fresh = new CurrentSession(first, greeted);
  currentSession.value = fresh;
  return fresh;
}

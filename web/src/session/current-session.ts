/**
 * A session that this page speaks for. It hears the socket, comes back when the socket does, and gives signs of life. Pages only look at it,
 * so that leaving one ends nothing.
 */
import { effect, type Signal, signal, untracked } from "@preact/signals";
import { asProblem, type Problem } from "../api/problem.ts";
import { type ServerFrame, socket } from "../socket/socket.ts";
import { every, later } from "../socket/timers.ts";
import { balance, refreshAccount } from "../state/me.ts";
import { Conversation } from "./conversation.ts";
import { releaseDevices } from "./own-devices.ts";
import { type Reported, Reports } from "./reports.ts";
import { keepSession, leaveSession } from "./returning.ts";
import { heard, newsOverdue, ownMediaAwaited, type SessionState } from "./state.ts";

/** What a video call adds: it hears the other page, and its media is reported. */
export interface Media extends Reported {
  signal(data: unknown): void;
  close(): void;
}

const LOOK_MS = 1_000;
const AGAIN_MS = 2_000;
const HELD_SIGNALS = 64;

export class CurrentSession {
  readonly state: Signal<SessionState>;
  readonly conversation: Conversation;
  /** Why the session cannot be come back to, if that is so. */
  readonly problem = signal<Problem | null>(null);
  media: Media | null = null;

  private readonly reports: Reports;
  private held: unknown[] = [];
  private askedMs = 0;
  private resuming = false;
  private readonly stops: Array<() => void>;

  /** `greeted`: the service has just told this page of the session, and there is nothing to come back to. */
  constructor(first: SessionState, greeted: boolean) {
    this.state = signal(first);
    this.conversation = new Conversation(this.state);
    this.reports = new Reports(this.state, () => this.media);
    let fresh = greeted;
    this.stops = [
      () => this.conversation.close(),
      socket.listen((frame) => this.hear(frame)),
      every(LOOK_MS, () => this.look()),
      effect(() => {
        if (socket.state.value !== "open") return;
        if (!fresh) untracked(() => this.comeBack());
        fresh = false;
      }),
    ];
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
      this.conversation.renew();
    } catch (error) {
      this.refused(asProblem(error));
    } finally {
      this.resuming = false;
    }
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
    if (this.media && this.state.value.stage === "live") await this.reports.last();
    await socket.ask({ type: "session.end", session_id: this.sessionId });
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
    this.conversation.hear(frame);
    this.reports.hear(frame);
    switch (frame.type) {
      case "signal":
        if (this.media) this.media.signal(frame.data);
        else this.held = [...this.held, frame.data].slice(-HELD_SIGNALS);
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
        this.conversation.draft.value = "";
        this.close();
        // Also what was turned on while it rang, if the session ended before its page was there.
        releaseDevices();
    }
  }

  private comeBack(): void {
    if (!this.state.value.elsewhere) void this.resume();
  }

  private refused(problem: Problem): void {
    if (problem.code === "network") return; // The socket is opened anew, and the session come back to.
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
    const now = socket.now();
    // The answer to a return tells what there is to know.
    if (newsOverdue(this.state.value, this.askedMs, now)) {
      this.askedMs = now;
      this.comeBack();
    }
    this.reports.look(now);
  }
}

/**
 * One side's view of a session between the answer and its end, driven by the server's frames and by nothing else. Pure.
 *
 * Frames may come late, twice or out of order: a deadline never moves back, a pause that is older than a return is passed over (`epoch`),
 * and the end is final.
 */
import type { Frames, ServerFrame } from "../line/line.ts";

export type Side = "customer" | "performer";
export type Mode = "video" | "text";
export type Summary = Frames["SessionEndedFrame"];

export interface Talk {
  readonly sessionId: string;
  readonly side: Side;
  readonly mode: Mode;
  /** answered: nothing runs; pending: the performer pressed start, media is awaited; live: the clock runs (D13). */
  readonly phase: "answered" | "pending" | "live" | "ended" | "moved";
  /** When it ends by itself unless the clock starts; null when that is not known, as after a return. */
  readonly untilMs: number | null;
  readonly t0Ms: number | null;
  readonly paidUntilMs: number | null;
  readonly voidableUntilMs: number | null;
  /** What the account lacks for the coming boundary; null when it does not, or the sum is not this side's to know. */
  readonly low: { boundaryMs: number; missingMinor: number | null } | null;
  /** Sides that are lost: not empty means that nothing is charged until they are back (D18). */
  readonly lost: readonly Side[];
  readonly lostUntilMs: number | null;
  readonly epoch: number;
  readonly summary: Summary | null;
}

/** The talk that an answer opens. */
export function opened(sessionId: string, side: Side, mode: Mode, untilMs: number | null): Talk {
  return {
    sessionId,
    side,
    mode,
    phase: "answered",
    untilMs,
    t0Ms: null,
    paidUntilMs: null,
    voidableUntilMs: null,
    low: null,
    lost: [],
    lostUntilMs: null,
    epoch: 0,
    summary: null,
  };
}

/** The talk after a frame; the same object when the frame says nothing new, or is about another session. */
export function after(talk: Talk, frame: ServerFrame): Talk {
  if (!("session_id" in frame) || frame.session_id !== talk.sessionId || talk.phase === "ended") return talk;
  switch (frame.type) {
    case "session.pending":
      return talk.phase === "answered" ? { ...talk, phase: "pending", untilMs: frame.until_ms } : talk;
    case "session.started":
      return {
        ...talk,
        phase: "live",
        untilMs: null,
        t0Ms: frame.t0_ms,
        paidUntilMs: latest(talk.paidUntilMs, frame.paid_until_ms),
        voidableUntilMs: frame.voidable_until_ms ?? null,
      };
    case "session.charged":
      return paidUntil(talk, frame.paid_until_ms);
    case "session.low_balance":
      if (talk.paidUntilMs !== null && frame.boundary_ms < talk.paidUntilMs) return talk;
      return { ...talk, low: { boundaryMs: frame.boundary_ms, missingMinor: frame.missing_minor ?? null } };
    case "session.interrupted":
      if (frame.epoch < talk.epoch) return talk;
      return { ...talk, lost: frame.sides as Side[], lostUntilMs: frame.until_ms, epoch: frame.epoch };
    case "session.resumed":
      return resumed(talk, frame);
    case "session.moved":
      return { ...talk, phase: "moved" };
    case "session.ended":
      return { ...talk, phase: "ended", low: null, lost: [], lostUntilMs: null, summary: frame };
    default:
      return talk;
  }
}

function resumed(talk: Talk, frame: Frames["SessionResumedFrame"]): Talk {
  // One's own return is also how a page that knew nothing learns of everything.
  const own = frame.re !== undefined && frame.re !== null;
  if (!own && frame.epoch < talk.epoch) return talk;
  const lost = frame.lost as Side[];
  const running = frame.state === "running" || frame.state === "closing";
  const phase = running ? "live" : own && talk.phase === "moved" ? "answered" : talk.phase;
  return {
    ...talk,
    mode: frame.mode as Mode,
    phase,
    t0Ms: frame.t0_ms ?? talk.t0Ms,
    paidUntilMs: latest(talk.paidUntilMs, frame.paid_until_ms ?? null),
    voidableUntilMs: frame.voidable_until_ms ?? null,
    lost,
    lostUntilMs: lost.length ? talk.lostUntilMs : null,
    epoch: Math.max(talk.epoch, frame.epoch),
  };
}

function paidUntil(talk: Talk, ms: number): Talk {
  const until = latest(talk.paidUntilMs, ms);
  const low = talk.low && until !== null && talk.low.boundaryMs < until ? null : talk.low;
  return { ...talk, paidUntilMs: until, voidableUntilMs: null, low };
}

function latest(known: number | null, told: number | null): number | null {
  if (known === null || told === null) return told ?? known;
  return Math.max(known, told);
}

/** Whether this page should act on being lost: it answers with `resume`. */
export function mustReturn(talk: Talk): boolean {
  return talk.phase === "live" && talk.lost.includes(talk.side);
}

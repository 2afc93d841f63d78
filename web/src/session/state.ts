/**
 * One session as its page knows it: a fold over the frames of the service, and nothing else. Frames may come twice or overtake each other.
 * So stages only go forward, a paid time only grows, and the later epoch says who is lost.
 */
import type { Frames, ServerFrame } from "../socket/socket.ts";

export type Side = Frames["Side"];
export type Mode = Frames["Mode"];
export type Reason = Frames["Reason"];
export type Stage = "unknown" | "ringing" | "answered" | "pending" | "live" | "ended";

/**
 * How it ended, with the summary (R57, R58). Money is the customer's, before commission. What was returned to them because our own outage
 * ended it, the performer keeps (E15).
 */
export interface Ending {
  readonly reason: Reason;
  readonly by: readonly Side[];
  readonly billedBlocks: number;
  readonly billedMinor: number;
  readonly returnedBlocks: number;
  readonly returnedMinor: number;
  readonly durationMs: number;
  /** How many more sessions of the two may stay unpaid today; null if this one does not count (D13). */
  readonly unpaidLeft: number | null;
}

export interface SessionState {
  readonly sessionId: string;
  /** Whose page this is; null until the service has said. */
  readonly side: Side | null;
  readonly mode: Mode | null;
  readonly stage: Stage;
  /** When the service ends the ringing, or the waiting for the clock; null when that is not known. */
  readonly untilMs: number | null;
  readonly t0Ms: number | null;
  readonly paidUntilMs: number | null;
  /** Until then an end makes the session void (R44). */
  readonly voidableUntilMs: number | null;
  /** Sides that are not heard from: nothing is debited until they are back (D18). */
  readonly lost: readonly Side[];
  /** Those of them whose pages are there, but whose media does not flow: only bytes that grow bring them back. */
  readonly mediaAwaited: readonly Side[];
  readonly lostUntilMs: number | null;
  readonly epoch: number;
  /** As many blocks as the customer wants at most, and when that ends the session: null while there is no limit, or no clock (E24). */
  readonly limitBlocks: number | null;
  readonly limitMs: number | null;
  /** The boundary at which the limit ends it, once the service has warned of that. */
  readonly limitNearMs: number | null;
  /** The account does not cover the boundary (D17). How much it lacks is told to the customer only; 0 on the other side. */
  readonly low: { readonly boundaryMs: number; readonly missingMinor: number } | null;
  /** The reader's account as the session last told it. */
  readonly balanceMinor: number | null;
  /** Another tab or device speaks for this side now. */
  readonly elsewhere: boolean;
  readonly iceServers: readonly RTCIceServer[];
  readonly ending: Ending | null;
}

/** News of the service takes no longer. */
const NEWS_MS = 5_000;
const NOBODY_LOST = { lost: [], mediaAwaited: [], lostUntilMs: null } as const;
const ORDER: readonly Stage[] = ["unknown", "ringing", "answered", "pending", "live", "ended"];

export function newSession(sessionId: string, side: Side | null = null): SessionState {
  return {
    sessionId,
    side,
    mode: null,
    stage: "unknown",
    untilMs: null,
    t0Ms: null,
    paidUntilMs: null,
    voidableUntilMs: null,
    ...NOBODY_LOST,
    epoch: 0,
    limitBlocks: null,
    limitMs: null,
    limitNearMs: null,
    low: null,
    balanceMinor: null,
    elsewhere: false,
    iceServers: [],
    ending: null,
  };
}

/** The talk after a frame. Frames of other sessions, and all that comes after the end, change nothing. */
export function heard(state: SessionState, frame: ServerFrame): SessionState {
  if (state.ending) return state;
  if (frame.type === "balance") return { ...state, balanceMinor: frame.available_minor };
  if (!("session_id" in frame) || frame.session_id !== state.sessionId) return state;
  switch (frame.type) {
    case "call.ringing":
      return { ...reach(state, "ringing", frame.until_ms), ...limited(frame) };
    case "call.answered":
      if (!frame.here) return state;
      return {
        ...reach(state, "answered", frame.until_ms),
        ...(before(state, "answered") && limited(frame)),
        mode: frame.mode,
        iceServers: servers(frame.ice_servers),
      };
    case "call.ended":
      if (!before(state, "answered")) return state;
      return end(state, {
        reason: frame.reason,
        by: [],
        billedBlocks: 0,
        billedMinor: 0,
        returnedBlocks: 0,
        returnedMinor: 0,
        durationMs: 0,
        unpaidLeft: null,
      });
    case "session.pending":
      return reach(state, "pending", frame.until_ms);
    case "session.started":
      return {
        ...paid(reach(state, "live", null), frame.paid_until_ms),
        t0Ms: frame.t0_ms,
        voidableUntilMs: frame.voidable_until_ms ?? null,
        balanceMinor: balanceAfter(state, frame),
        ...(before(state, "live") && limited(frame)),
      };
    case "session.charged":
      return {
        ...paid(state, frame.paid_until_ms),
        // A settled block cannot become void any more (D14).
        voidableUntilMs: null,
        balanceMinor: balanceAfter(state, frame),
      };
    case "session.low_balance":
      if (frame.boundary_ms < (state.paidUntilMs ?? 0)) return state;
      return { ...state, low: { boundaryMs: frame.boundary_ms, missingMinor: frame.missing_minor ?? 0 } };
    case "session.limited":
      return { ...state, ...limited(frame) };
    case "session.limit_near":
      if (frame.boundary_ms < (state.paidUntilMs ?? 0)) return state;
      return { ...state, limitMs: frame.boundary_ms, limitNearMs: frame.boundary_ms };
    case "session.interrupted":
      if (frame.epoch < state.epoch) return state;
      return {
        ...state,
        lost: frame.sides,
        mediaAwaited: frame.media_awaited,
        lostUntilMs: frame.until_ms,
        epoch: frame.epoch,
      };
    case "session.resumed":
      return resumed(state, frame);
    case "session.moved":
      return { ...state, elsewhere: true };
    case "session.ended":
      return end(state, {
        reason: frame.reason,
        by: frame.by,
        billedBlocks: frame.billed_blocks,
        billedMinor: frame.billed_minor,
        returnedBlocks: frame.returned_blocks,
        returnedMinor: frame.returned_minor,
        durationMs: frame.duration_ms,
        unpaidLeft: frame.unpaid_left ?? null,
      });
    default:
      return state;
  }
}

/** The answer to one's own `resume` has `re`, and tells where the session stands. Without `re` it tells that the other side is back. */
function resumed(state: SessionState, frame: Frames["SessionResumedFrame"]): SessionState {
  const own = frame.re !== undefined;
  const runs = frame.state === "running" || frame.state === "closing";
  const at = reach(state, runs ? "live" : frame.pending ? "pending" : "answered", frame.until_ms ?? null);
  const news = frame.epoch >= state.epoch;
  const clock = frame.t0_ms === undefined ? at : { ...paid(at, frame.paid_until_ms ?? 0), t0Ms: frame.t0_ms };
  return {
    ...clock,
    ...limited(frame),
    mode: frame.mode,
    voidableUntilMs: frame.voidable_until_ms ?? null,
    lost: news ? frame.lost : state.lost,
    mediaAwaited: news ? frame.media_awaited : state.mediaAwaited,
    lostUntilMs: news && frame.lost.length === 0 ? null : state.lostUntilMs,
    epoch: Math.max(state.epoch, frame.epoch),
    ...(own && { side: frame.side, elsewhere: false, iceServers: serversAfter(state, frame) }),
  };
}

/** The warning of another boundary is kept, and means nothing unless the limit comes back to it. */
function limited(frame: { limit_blocks?: number; limit_ms?: number }): Pick<SessionState, "limitBlocks" | "limitMs"> {
  return { limitBlocks: frame.limit_blocks ?? null, limitMs: frame.limit_ms ?? null };
}

function reach(state: SessionState, stage: Stage, untilMs: number | null): SessionState {
  return before(state, stage) ? { ...state, stage, untilMs } : state;
}

function before(state: SessionState, stage: Stage): boolean {
  return ORDER.indexOf(state.stage) < ORDER.indexOf(stage);
}

function paid(state: SessionState, paidUntilMs: number): SessionState {
  const until = Math.max(state.paidUntilMs ?? 0, paidUntilMs);
  const covered = state.low !== null && state.low.boundaryMs < until;
  return { ...state, paidUntilMs: until, low: covered ? null : state.low };
}

/** What an overtaken frame says of the account is old. */
function balanceAfter(state: SessionState, frame: { paid_until_ms: number; balance_minor: number }): number | null {
  return frame.paid_until_ms < (state.paidUntilMs ?? 0) ? state.balanceMinor : frame.balance_minor;
}

function end(state: SessionState, ending: Ending): SessionState {
  return { ...state, stage: "ended", untilMs: null, ...NOBODY_LOST, low: null, elsewhere: false, ending };
}

/** The answer to a report names none. */
function serversAfter(state: SessionState, frame: Frames["SessionResumedFrame"]): readonly RTCIceServer[] {
  const found = servers(frame.ice_servers);
  return found.length > 0 ? found : state.iceServers;
}

function servers(found: Frames["CallAnsweredFrame"]["ice_servers"]): readonly RTCIceServer[] {
  return found as unknown as RTCIceServer[];
}

/** Both are there, and the clock has not started. */
export function awaitsClock({ stage }: SessionState): boolean {
  return stage === "answered" || stage === "pending";
}

/**
 * Whether news of the service is overdue: of the clock's start, of the next block, or of an end. `askedMs`: when the service was last
 * asked.
 */
export function newsOverdue(state: SessionState, askedMs: number, nowMs: number): boolean {
  if (state.elsewhere) return false;
  const running = state.stage === "live" && state.lost.length === 0;
  const dueMs = awaitsClock(state) ? state.untilMs : running ? state.paidUntilMs : null;
  return dueMs !== null && nowMs > Math.max(dueMs, askedMs) + NEWS_MS;
}

/** The other page is gone, not only its media: there is nobody to send to. */
export function otherGone(state: SessionState): boolean {
  return state.lost.some((side) => side !== state.side && !state.mediaAwaited.includes(side));
}

/** The service waits for this side's media. */
export function ownMediaAwaited(state: SessionState): boolean {
  return state.side !== null && state.mediaAwaited.includes(state.side);
}

/**
 * What the customer's account lacks for the next block (D17). Null when nobody was warned, or a top-up has covered it since. The performer
 * does not see the customer's account, and goes by the warning. The customer's page knows by itself when the boundary comes before
 * `soonMs`: the warning may have gone to another tab.
 */
export function shortMinor(
  state: SessionState,
  priceMinor: number,
  availableMinor: number | null,
  soonMs = 0,
): number | null {
  const soon = state.side === "customer" && state.stage === "live" && (state.paidUntilMs ?? Infinity) < soonMs;
  if (!state.low && !soon) return null;
  if (state.side !== "customer" || availableMinor === null) return state.low?.missingMinor ?? null;
  const missing = priceMinor - availableMinor;
  return missing > 0 ? missing : null;
}

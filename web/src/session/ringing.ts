/** The calls that ring at a performer's page, as a fold over the frames (R20 to R22, D6). */
import type { Frames, ServerFrame } from "../socket/socket.ts";

export interface Incoming {
  readonly sessionId: string;
  readonly orderId: string;
  readonly title: Readonly<Record<string, string>>;
  readonly mode: Frames["Mode"];
  readonly caller: string;
  /** No sound, the badge only (R21). */
  readonly silent: boolean;
  readonly untilMs: number;
}

export interface Ringing {
  /** The one that came first stands first. */
  readonly calls: readonly Incoming[];
  /** The red badge (R22). */
  readonly count: number;
  /** Calls that are over: a frame that comes late rings them no more. */
  readonly over: readonly string[];
}

export const SILENCE: Ringing = { calls: [], count: 0, over: [] };
const REMEMBERED = 50;

export function ring(ringing: Ringing, frame: ServerFrame): Ringing {
  switch (frame.type) {
    case "call.incoming":
      return come(ringing, {
        sessionId: frame.session_id,
        orderId: frame.order_id,
        title: frame.title,
        mode: frame.mode,
        caller: frame.caller,
        silent: frame.silent,
        untilMs: frame.until_ms,
      });
    case "call.count":
      return { ...ringing, count: frame.n };
    case "call.answered":
    case "call.ended":
      return gone(ringing, frame.session_id);
    default:
      return ringing;
  }
}

function come(ringing: Ringing, call: Incoming): Ringing {
  if (ringing.over.includes(call.sessionId)) return ringing;
  const others = ringing.calls.filter((it) => it.sessionId !== call.sessionId);
  const known = others.length < ringing.calls.length;
  const calls = known
    ? ringing.calls.map((it) => (it.sessionId === call.sessionId ? call : it))
    : [...ringing.calls, call];
  return { ...ringing, calls, count: Math.max(ringing.count, calls.length) };
}

/** A call rings no more: it was answered, declined, missed, or cancelled. */
export function gone(ringing: Ringing, sessionId: string): Ringing {
  const calls = ringing.calls.filter((it) => it.sessionId !== sessionId);
  const over = [...ringing.over.filter((it) => it !== sessionId), sessionId].slice(-REMEMBERED);
  const count = calls.length < ringing.calls.length ? calls.length : ringing.count;
  return { calls, count, over };
}

/** Without the calls whose ringing time is over: the frame that says so may be lost. */
export function lapse(ringing: Ringing, nowMs: number): Ringing {
  return ringing.calls.filter((it) => it.untilMs <= nowMs).reduce((rest, it) => gone(rest, it.sessionId), ringing);
}

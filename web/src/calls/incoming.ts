/** Calls that ring at this performer, in every tab and device (D6, R20 to R22). Small, for every page has it. */
import { signal } from "@preact/signals";
import { type Frames, line } from "../line/line.ts";
import type { Mode } from "../talk/talk.ts";
import type { Lang } from "../words/index.ts";

export interface Incoming {
  sessionId: string;
  orderId: string;
  title: Partial<Record<Lang, string>>;
  mode: Mode;
  caller: string;
  /** No sound, badge only. */
  silent: boolean;
  untilMs: number;
}

export const incoming = signal<readonly Incoming[]>([]);
/** How many ring at this moment, as the service counts (R22). */
export const count = signal(0);
const timers = new Map<string, ReturnType<typeof setTimeout>>();

function arrive(frame: Frames["CallIncomingFrame"]): void {
  // The page proves that it rings, also when it only shows a badge: the performer is on the site (D7).
  line.ask({ type: "call.ringing", session_id: frame.session_id }).catch(() => {});
  const call: Incoming = {
    sessionId: frame.session_id,
    orderId: frame.order_id,
    title: frame.title,
    mode: frame.mode as Mode,
    caller: frame.caller,
    silent: frame.silent,
    untilMs: frame.until_ms,
  };
  incoming.value = [...incoming.value.filter((it) => it.sessionId !== call.sessionId), call];
  clearTimeout(timers.get(call.sessionId));
  timers.set(
    call.sessionId,
    setTimeout(() => stop(call.sessionId), Math.max(0, call.untilMs - line.now())),
  );
}

/** This call rings here no more. */
export function stop(sessionId: string): void {
  clearTimeout(timers.get(sessionId));
  timers.delete(sessionId);
  if (!incoming.value.some((it) => it.sessionId === sessionId)) return;
  incoming.value = incoming.value.filter((it) => it.sessionId !== sessionId);
  count.value = incoming.value.length;
}

line.on("call.incoming", arrive);
line.on("call.count", (frame) => {
  count.value = frame.n;
});
line.on("call.ended", (frame) => stop(frame.session_id));
line.on("call.answered", (frame) => stop(frame.session_id));

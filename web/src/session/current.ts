/** Which session this page speaks for. */
import { effect, signal } from "@preact/signals";
import type { Frames } from "../socket/socket.ts";
import { me } from "../state/me.ts";
import { CurrentSession } from "./current-session.ts";
import { heard, newSession, type SessionState, type Side } from "./state.ts";

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

let stopWatching = () => {};

function take(first: SessionState, greeted: boolean): CurrentSession {
  stopWatching();
  currentSession.peek()?.close();
  const fresh = new CurrentSession(first, greeted);
  currentSession.value = fresh;
  // Whoever signs out here speaks for nobody any more.
  stopWatching = effect(() => {
    if (me.value !== null) return;
    fresh.close();
    currentSession.value = null;
  });
  return fresh;
}

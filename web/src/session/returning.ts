/** Which session this tab is in. It is kept while the tab lives, so that a reload or another page finds the way back (D18). */
import { signal } from "@preact/signals";
import { answered, api } from "../api/client.ts";
import { asProblem } from "../api/problem.ts";
import { tab } from "../state/browser.ts";

const KEY = "twip.session";

export const inSession = signal<string | null>(null);

/** Reads it, when the page opens. */
export function restoreSession(): void {
  inSession.value = tab.get(KEY);
}

export function keepSession(sessionId: string): void {
  tab.set(KEY, sessionId);
  inSession.value = sessionId;
}

/** It is over, or another one has taken its place. */
export function leaveSession(sessionId: string): void {
  if (inSession.peek() !== sessionId) return;
  tab.remove(KEY);
  inSession.value = null;
}

/** Drops a session that has ended while nobody looked. */
export async function checkSession(sessionId: string): Promise<void> {
  try {
    const { state } = await answered(
      api.GET("/sessions/{session_id}", { params: { path: { session_id: sessionId } } }),
    );
    if (state === "ended") leaveSession(sessionId);
  } catch (error) {
    // Not this person's: somebody else was signed in here before. Anything else does not tell that it is over.
    if (asProblem(error).code === "not_found") leaveSession(sessionId);
  }
}

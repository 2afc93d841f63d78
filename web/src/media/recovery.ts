/** What is done about a connection that does not come about or was lost, and how long is waited between two tries. */

/** "Disconnected" often heals by itself; a restart in that moment would only take longer. */
export const SETTLE_MS = 2_000;
/** How long a first connection may take before it is helped. */
export const FIRST_MS = 8_000;
const BASE_MS = 3_000;
const LONGEST_MS = 15_000;
const RESTARTS = 3;
/** A minute and a half of trying: by then the service has ended the session (D18). */
export const TRIES = 9;

export type Repair = "greet" | "restart" | "rebuild" | "give-up";

/** The repair of try number `attempt` (0, 1, ...). A page that can build builds anew when restarts did not help; the other asks it to. */
export function repair(attempt: number, polite: boolean, linked: boolean): Repair {
  if (attempt >= TRIES) return "give-up";
  if (!linked) return "greet";
  if (attempt < RESTARTS) return "restart";
  return polite ? "greet" : "rebuild";
}

/** How long to wait after a try. `chance` (0 to 1) spreads the crowd after an outage; the polite page waits longer, so that tries rarely cross. */
export function waitMs(attempt: number, polite: boolean, chance: number): number {
  const grown = Math.min(BASE_MS * 1.5 ** attempt, LONGEST_MS);
  return Math.round(grown * (0.8 + 0.4 * chance) + (polite ? 1_000 : 0));
}

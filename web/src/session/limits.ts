/** How long a session may last at most, as its customer wishes (E24). Pure: the instant is an argument. */
import type { SessionState } from "./state.ts";

/** The service takes no larger limit. */
const AT_MOST = 96;
/** How many blocks more than the least are offered. */
const MORE = [0, 1, 2, 3, 5, 7] as const;

/** Which block is under way, counted from 1: the least that a limit may be. */
export function blockUnderWay({ t0Ms, paidUntilMs }: SessionState, blockMs: number): number {
  if (t0Ms === null || paidUntilMs === null) return 1;
  return Math.max(1, Math.round((paidUntilMs - t0Ms) / blockMs));
}

/** Whether the limit ends the session with the block under way. */
export function isLastBlock({ limitMs, paidUntilMs }: SessionState): boolean {
  return limitMs !== null && paidUntilMs !== null && limitMs <= paidUntilMs;
}

/** When the limit ends the session, if both sides are to be warned of that: the service has, or it comes before `soonMs`. */
export function nearLimitMs(state: SessionState, soonMs: number): number | null {
  if (state.stage !== "live" || !isLastBlock(state) || state.limitMs === null) return null;
  return state.limitNearMs === state.limitMs || state.limitMs < soonMs ? state.limitMs : null;
}

/** The limits that are offered, in blocks; the one that is set is among them. */
export function limitChoices(least: number, now: number | null): number[] {
  const offered = MORE.map((more) => least + more).filter((blocks) => blocks <= AT_MOST);
  return [...new Set(now !== null && now >= least ? [...offered, now] : offered)].sort((a, b) => a - b);
}

/** The limit in the address of a call. Null: none, or none that makes sense. */
export function limitIn(query: string | undefined): number | null {
  const blocks = /^\d{1,2}$/.test(query ?? "") ? Number(query) : 0;
  return blocks >= 1 && blocks <= AT_MOST ? blocks : null;
}

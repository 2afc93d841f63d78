/** Session time as both sides see it, by the server's clock. Pure: instants are arguments. */
import type { Talk } from "./talk.ts";

export const MINUTES = 15;

export interface Reading {
  /** Session time so far, ms; 0 before the clock runs. */
  elapsedMs: number;
  /** Until what is paid; null before the clock runs. */
  leftMs: number | null;
  /** Of the block under way, in minutes of the bar: 0 to 15. */
  ticks: number;
}

/** What the status bar shows (R52). `blockMs`: how long a block lasts here. */
export function reading(talk: Talk, blockMs: number, nowMs: number): Reading {
  if (talk.t0Ms === null || talk.paidUntilMs === null) return { elapsedMs: 0, leftMs: null, ticks: 0 };
  const endMs = talk.summary?.ended_ms ?? nowMs;
  const leftMs = Math.max(0, talk.paidUntilMs - endMs);
  const ofBlock = Math.min(1, Math.max(0, 1 - leftMs / blockMs));
  return { elapsedMs: Math.max(0, endMs - talk.t0Ms), leftMs, ticks: ofBlock * MINUTES };
}

/** Moments at which the time that is left is read out, ms. */
export const ANNOUNCED_MS = [300_000, 120_000, 60_000] as const;

/** The mark that lies between two looks, largest first; null when there is none: nothing is read out each second. */
export function announced(beforeMs: number | null, leftMs: number | null): number | null {
  if (beforeMs === null || leftMs === null) return null;
  return ANNOUNCED_MS.find((mark) => beforeMs > mark && leftMs <= mark) ?? null;
}

/** When the page reports next: so long before the boundary each, those that are still to come, soonest first (D18). */
export function reports(paidUntilMs: number, beforeMs: readonly number[], nowMs: number): number[] {
  return beforeMs
    .map((ms) => paidUntilMs - ms)
    .filter((at) => at > nowMs)
    .sort((a, b) => a - b);
}

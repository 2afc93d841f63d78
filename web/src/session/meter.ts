/** The session's time, by the service's clock. Pure: the instant is an argument, everything is in ms. */

export const TICKS = 15;
/** Announced to people who do not watch the bar, in ms before the paid time is over. */
export const ANNOUNCED_MS = [300_000, 120_000, 60_000] as const;

/** How long the clock has run. */
export function elapsedMs(t0Ms: number, nowMs: number): number {
  return Math.max(0, nowMs - t0Ms);
}

/** What is left of something that ends then. */
export function leftMs(untilMs: number, nowMs: number): number {
  return Math.max(0, untilMs - nowMs);
}

/** Ticks of the quarter that are used, 0 to 15, with parts. */
export function ticksUsed(paidUntilMs: number, blockMs: number, nowMs: number): number {
  const used = TICKS * (1 - leftMs(paidUntilMs, nowMs) / blockMs);
  return Math.min(TICKS, Math.max(0, used));
}

/** Which of the announced moments lies between two looks at the clock, the last of them. Null when none does, or all is paid anew. */
export function announced(leftBeforeMs: number, leftNowMs: number): number | null {
  const crossed = ANNOUNCED_MS.filter((mark) => leftNowMs <= mark && mark < leftBeforeMs);
  return crossed.at(-1) ?? null;
}

/**
 * Whether a sign of life is due (D18): a moment before the boundary has passed since the last report, and the boundary has not. `reportMs`
 * is how long before it, as the welcome said.
 */
export function reportDue(
  paidUntilMs: number,
  reportMs: readonly number[],
  reportedMs: number | null,
  nowMs: number,
): boolean {
  if (nowMs >= paidUntilMs) return false;
  return reportMs.some((ms) => {
    const moment = paidUntilMs - ms;
    return moment <= nowMs && (reportedMs === null || reportedMs < moment);
  });
}

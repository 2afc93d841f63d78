/** How fast bytes go, and how long the rest of them takes. Pure. */

export interface Sample {
  /** Milliseconds. */
  readonly at: number;
  readonly bytes: number;
}

/** What counts: a pace that has changed is soon told as it is, one that stutters does not jump. */
const WINDOW_MS = 10_000;
/** Before that nothing can be said. */
const LEAST_MS = 1_500;

/** The samples with one more, without those that are too old. After a step back one begins anew: those bytes are sent again. */
export function sampled(samples: readonly Sample[], at: number, bytes: number): readonly Sample[] {
  const last = samples.at(-1);
  if (last && bytes < last.bytes) return [{ at, bytes }];
  return [...samples.filter((it) => at - it.at <= WINDOW_MS), { at, bytes }];
}

/** Milliseconds until all `total` bytes are there; null while that is not known, or nothing moves. */
export function leftMs(samples: readonly Sample[], total: number): number | null {
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last || last.at - first.at < LEAST_MS || last.bytes <= first.bytes) return null;
  return ((total - last.bytes) * (last.at - first.at)) / (last.bytes - first.bytes);
}

/** Rounded as people speak of it, so that it does not change with each look: to 5 seconds below a minute, else up to whole minutes. */
export function spokenMs(ms: number): number {
  const step = ms < 55_000 ? 5_000 : 60_000;
  return Math.max(step, Math.ceil(ms / step) * step);
}

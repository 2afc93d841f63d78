/** The service's time on a page, looked at twice a second. */
import { useEffect, useState } from "preact/hooks";
import { line } from "../line/line.ts";
import { every } from "../line/timers.ts";

const EVERY_MS = 500;

export function useNow(): number {
  const [now, setNow] = useState(line.now());
  useEffect(() => every(EVERY_MS, () => setNow(line.now())), []);
  return now;
}

/** Whole seconds until then, rounded up: 0 only when it is over. */
export function secondsLeft(untilMs: number, nowMs: number): number {
  return Math.max(0, Math.ceil((untilMs - nowMs) / 1000));
}

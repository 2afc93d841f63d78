/** The service's time on a page, looked at twice a second. */
import { useEffect, useState } from "preact/hooks";
import { line } from "../line/line.ts";

const EVERY_MS = 500;

export function useNow(): number {
  const [now, setNow] = useState(line.now());
  useEffect(() => {
    const looking = setInterval(() => setNow(line.now()), EVERY_MS);
    return () => clearInterval(looking);
  }, []);
  return now;
}

/** Whole seconds until then, rounded up: 0 only when it is over. */
export function secondsLeft(untilMs: number, nowMs: number): number {
  return Math.max(0, Math.ceil((untilMs - nowMs) / 1000));
}

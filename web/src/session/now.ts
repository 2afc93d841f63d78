/** The service's time on a page, looked at twice a second. */
import { useEffect, useState } from "preact/hooks";
import { socket } from "../socket/socket.ts";
import { every } from "../socket/timers.ts";

const EVERY_MS = 500;

export function useNow(): number {
  const [now, setNow] = useState(socket.now());
  useEffect(() => every(EVERY_MS, () => setNow(socket.now())), []);
  return now;
}

/** Whole seconds until then, rounded up: 0 only when it is over. */
export function secondsLeft(untilMs: number, nowMs: number): number {
  return Math.max(0, Math.ceil((untilMs - nowMs) / 1000));
}

/** What is left of a term, by the service's clock, read again while somebody looks. */
import { useEffect, useState } from "preact/hooks";
import { socket } from "../socket/socket.ts";
import { every } from "../socket/timers.ts";

/** In ms; below zero once it is over. */
export function useTimeLeft(until: string, everyMs: number): number {
  const left = () => Date.parse(until) - socket.now();
  const [ms, setMs] = useState(left);
  useEffect(() => {
    setMs(left());
    return every(everyMs, () => setMs(left()));
  }, [until, everyMs]);
  return ms;
}

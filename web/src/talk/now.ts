/** The server's time as a value that pages follow, a second at a time. */
import { useEffect, useState } from "preact/hooks";
import { line } from "../line/line.ts";

/** Now, by the server's clock; anew each second, or each `everyMs`, while `on`. */
export function useNow(on = true, everyMs = 1_000): number {
  const [now, setNow] = useState(line.now());
  useEffect(() => {
    if (!on) return;
    setNow(line.now());
    const timer = setInterval(() => setNow(line.now()), everyMs);
    return () => clearInterval(timer);
  }, [on, everyMs]);
  return now;
}

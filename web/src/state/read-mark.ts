/** Says up to when a thread was read, once somebody looks at it. */
import { useEffect, useRef } from "preact/hooks";

/** `newest`: when the last entry came that is not the reader's own; empty: there is none. A mark that does not arrive is told again. */
export function useReadMark(newest: string, tell: (upTo: string) => Promise<unknown>): void {
  const told = useRef("");
  const latest = useRef(tell);
  latest.current = tell;
  useEffect(() => {
    const mark = () => {
      if (document.hidden || newest <= told.current) return;
      told.current = newest;
      latest.current(newest).catch(() => {
        told.current = "";
      });
    };
    mark();
    document.addEventListener("visibilitychange", mark);
    return () => document.removeEventListener("visibilitychange", mark);
  }, [newest]);
}

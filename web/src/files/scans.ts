/** What a scan says of a file: who may have it, and that a page looks again while one is being checked (D26). */
import { useEffect, useRef } from "preact/hooks";
import type { Schemas } from "../api/client.ts";

export type Verdict = Schemas["Verdict"];
interface Scanned {
  scan: Verdict | null;
}

const AGAIN_MS = 3000;
const DOUBLINGS = 5;

/** Whether others than whoever sent it are refused it. */
export function isHeld(scan: Verdict | null): boolean {
  return scan !== null && scan !== "clean" && scan !== "not_scanned";
}

/**
 * Reads again, after pauses that double up to a minute and a half, as long as one of the files is being checked. `read` changes with every
 * answer.
 */
export function useRecheck(files: readonly Scanned[], read: unknown, reload: () => void) {
  const checking = files.some(({ scan }) => scan === "checking");
  const tries = useRef(0);
  useEffect(() => {
    if (!checking) {
      tries.current = 0;
      return;
    }
    const timer = setTimeout(reload, AGAIN_MS * 2 ** Math.min(tries.current++, DOUBLINGS));
    return () => clearTimeout(timer);
  }, [checking, read]);
}

import { useEffect } from "preact/hooks";

/** A page that takes all of the screen while it is about a call. */
export function useInCall(on: boolean): void {
  useEffect(() => {
    document.body.classList.toggle("in-call", on);
    return () => document.body.classList.remove("in-call");
  }, [on]);
}

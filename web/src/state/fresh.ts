/** Pages that show what changes elsewhere read it again by themselves. */
import { useEffect, useRef } from "preact/hooks";
import { socket } from "../socket/socket.ts";

/**
 * Reads again when the page is looked at or returned to, when the socket is open again, and every `everyMs` while somebody looks.
 * A page that does not read by itself does so also when the socket opens for the first time: it was read before anything could be told.
 */
export function useFresh(reload: () => void, everyMs?: number): void {
  const latest = useRef(reload);
  latest.current = reload;
  useEffect(() => {
    const read = () => {
      if (!document.hidden) latest.current();
    };
    const returned = (event: PageTransitionEvent) => {
      if (event.persisted) read();
    };
    document.addEventListener("visibilitychange", read);
    addEventListener("pageshow", returned);
    const timer = everyMs === undefined ? undefined : setInterval(read, everyMs);
    let before = socket.state.peek();
    const stop = socket.state.subscribe((state) => {
      if (state === "open" && (before === "lost" || (before !== "open" && everyMs === undefined))) read();
      before = state;
    });
    return () => {
      document.removeEventListener("visibilitychange", read);
      removeEventListener("pageshow", returned);
      clearInterval(timer);
      stop();
    };
  }, [everyMs]);
}

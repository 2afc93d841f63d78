/**
 * Timers that keep their time in a tab that nobody looks at. A page's own run once a second there, and after a minute or more once a
 * minute. That is too late for a sign of life before a boundary (D18). A worker's run on. The page's timer is set too, for a browser in
 * which the worker does not start. Whichever comes first does it.
 */
let worker: Worker | null | undefined;
let ids = 0;
const due = new Map<number, () => void>();

/** Does it once, after `ms`. Answers how to stop it. */
export function later(ms: number, act: () => void): () => void {
  const id = ++ids;
  const stop = () => {
    if (!due.delete(id)) return;
    clearTimeout(timer);
    counting()?.postMessage({ id });
  };
  const timer = setTimeout(() => due.get(id)?.(), ms);
  due.set(id, () => {
    stop();
    act();
  });
  counting()?.postMessage({ id, ms });
  return stop;
}

/** Does it every `ms`. Answers how to stop it. */
export function every(ms: number, act: () => void): () => void {
  const again = () => {
    stop = later(ms, again);
    act();
  };
  let stop = later(ms, again);
  return () => stop();
}

function counting(): Worker | null {
  if (worker === undefined) {
    try {
      worker = new Worker(new URL("./timers.worker.ts", import.meta.url), { type: "module" });
      worker.onmessage = ({ data }) => due.get(data)?.();
    } catch {
      worker = null;
    }
  }
  return worker;
}

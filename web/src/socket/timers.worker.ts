/** Counts for its page: `{id, ms}` is answered by the id after that time, unless `{id}` comes before. */
const running = new Map<number, ReturnType<typeof setTimeout>>();

addEventListener("message", ({ data: { id, ms } }: MessageEvent<{ id: number; ms?: number }>) => {
  clearTimeout(running.get(id));
  running.delete(id);
  if (ms === undefined) return;
  const timer = setTimeout(() => {
    running.delete(id);
    postMessage(id);
  }, ms);
  running.set(id, timer);
});

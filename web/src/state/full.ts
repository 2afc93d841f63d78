/** Lists whose pages may be short, because what is looked for may be rare: they are read on by themselves until enough is there. */
import { useEffect, useState } from "preact/hooks";
import type { Pages } from "./query.ts";

/** The same list, with `size` more at each press of `more`, whatever the pages hold. What fails stops it, until somebody asks again. */
export function useFull<T>(list: Pages<T>, size: number, deps: readonly unknown[]): Pages<T> {
  const [wanted, setWanted] = useState(size);
  useEffect(() => setWanted(size), deps);
  const shown = list.data?.length ?? 0;
  const short = list.more !== null && !list.loading && !list.problem && shown < wanted;
  useEffect(() => {
    if (short && !list.loadingMore) list.more?.();
  });
  const more = () => {
    setWanted(shown + size);
    if (list.problem) list.more?.();
  };
  return { ...list, more: list.more && more, loadingMore: short || list.loadingMore };
}

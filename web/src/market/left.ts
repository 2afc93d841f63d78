/** Where a list was left for one of its entries: kept with the place in the history to which Back leads. */

/** Pages that are read again at once; somebody who read more of them finds the first. */
const PAGES_AT_MOST = 10;

export interface Left {
  pages: number;
  /** How far it was scrolled, in pixels. */
  y: number;
}

/** What the history says of a place; a place that was never left is at its top. */
export function leftAt(state: unknown): Left {
  const left = (state as { left?: Left } | null)?.left;
  return left && left.pages <= PAGES_AT_MOST ? left : { pages: 1, y: 0 };
}

/** An entry is opened. */
export function leave(pages: number): void {
  history.replaceState({ ...history.state, left: { pages, y: scrollY } satisfies Left }, "");
}

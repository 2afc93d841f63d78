/** Where a list was left for one of its entries: kept with the place in the history to which Back leads. */

/** Somebody who has read more pages finds the first: they are read again at once. */
const PAGES_AT_MOST = 10;
const TOP = { pages: 1, y: 0 };

/** How many pages were shown, and how far down in pixels. */
export type Left = typeof TOP;

/** What the history says of a place; one that was never left is at its top. */
export function leftAt(state: Partial<Left> | null): Left {
  return (state?.pages ?? 99) > PAGES_AT_MOST ? TOP : (state as Left);
}

/** An entry is opened. */
export function leave(pages: number): void {
  history.replaceState({ pages, y: scrollY }, "");
}

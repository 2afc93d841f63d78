/** Who is asked before the back button takes the page away. */
type Guard = (event: PopStateEvent) => void;

let guard: Guard | null = null;

/** A window calls its listeners in the order of their registration: this one has to be there before the router's. */
export function watchHistory(): void {
  addEventListener("popstate", (event) => guard?.(event));
}

/** Sets the one to ask, or none. */
export function guardHistory(next: Guard | null): void {
  guard = next;
}

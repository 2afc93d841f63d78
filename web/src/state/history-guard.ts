/**
 * Who is asked before the back button takes the page away. It has to hear of it before the router does, and a window's listeners are
 * called in the order of their registration: so this one is registered when the shell loads.
 */
type Guard = (event: PopStateEvent) => void;

let guard: Guard | null = null;
addEventListener("popstate", (event) => guard?.(event));

/** Sets the one to ask, or none. */
export function guardHistory(next: Guard | null): void {
  guard = next;
}

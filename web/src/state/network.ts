/** Whether the machine has a network at all. */
import { signal } from "@preact/signals";

export const online = signal(true);

/** Follows it from now on, for as long as the page lives. */
export function watchNetwork(): void {
  online.value = navigator.onLine;
  addEventListener("online", () => {
    online.value = true;
  });
  addEventListener("offline", () => {
    online.value = false;
  });
}

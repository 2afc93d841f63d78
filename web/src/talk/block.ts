/** How long a block of paid time lasts here: 15 minutes, seconds where somebody develops. */
import { signal } from "@preact/signals";
import { answered, api } from "../api/client.ts";

export const blockMs = signal(15 * 60_000);
let asked: Promise<void> | null = null;

/** Asks once. What everybody knows is right until then. */
export function knowBlock(): Promise<void> {
  asked ??= answered(api.GET("/health")).then(
    (health) => {
      blockMs.value = health.block_seconds * 1000;
    },
    () => {
      asked = null;
    },
  );
  return asked;
}

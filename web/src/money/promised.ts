/**
 * An order that was confirmed before its money was there (R29): it is placed when the payment has come, without another press. Its key is
 * made with the press, and whoever places it, once or again, in this tab or another, places it by that key: so there is one (D12).
 */
import { answered, api, keyed, type Schemas } from "../api/client.ts";
import { asProblem } from "../api/problem.ts";
import { device } from "../state/browser.ts";

export type Ordered = Schemas["PlaceOrder"];
interface Promised {
  /** The top-up that it waits for. */
  topUp: string;
  key: string;
  order: Ordered;
  atMs: number;
}

/** One at a time: another confirmation takes the place of one that was not paid. */
const KEPT = "twip.promised";
/** Whoever pays later is asked again. */
const GOOD_MS = 3_600_000;

export function promise(topUp: string, key: string, order: Ordered): void {
  device.write(KEPT, { topUp, key, order, atMs: Date.now() } satisfies Promised);
}

export function forgetPromise(): void {
  device.remove(KEPT);
}

function kept(): Promised | null {
  const found = device.read(KEPT) as Partial<Promised> | null;
  if (typeof found?.topUp !== "string" || typeof found.key !== "string" || typeof found.order !== "object") return null;
  const age = Date.now() - Number(found.atMs);
  return age >= 0 && age < GOOD_MS ? (found as Promised) : null;
}

/** What was confirmed together with this top-up, if that is not too long ago. */
export function promisedWith(topUp: string): Promised | null {
  const found = kept();
  return found?.topUp === topUp ? found : null;
}

/** The key of the same order, where it was confirmed before and not placed yet. */
export function keyOfPromise(order: Ordered): string | null {
  const found = kept();
  return found && same(found.order, order) ? found.key : null;
}

function same(one: Ordered, other: Ordered): boolean {
  const names = ["twip_id", "kind", "mode", "days", "edition"] as const;
  return names.every((name) => one[name] === other[name]) && one.price.amount_minor === other.price.amount_minor;
}

/** Places it; answers its id. What was promised is done then, or was refused. Throws Problem. */
export async function place(order: Ordered, key: string): Promise<string> {
  try {
    const { id } = await answered(api.POST("/orders", { params: keyed(key), body: order }));
    forgetPromise();
    return id;
  } catch (error) {
    if (!lost(error)) forgetPromise();
    throw error;
  }
}

/** Nobody knows whether it was placed. */
function lost(error: unknown): boolean {
  const { code, status } = asProblem(error);
  return code === "network" || code === "unreadable" || status >= 500;
}

/** What can be done with an order by whom (D8, R34, R38). Pure: the service decides, this only shows what it would refuse. */
import type { Schemas } from "../api/client.ts";

type Order = Pick<Schemas["OrderCard"], "state" | "prepaid" | "role" | "live_session_id">;

/** Cancelled with the money back: by the customer, while the first block is unused. */
export function cancellable({ state, prepaid, role }: Order): boolean {
  return state === "open" && prepaid === "held" && role === "customer";
}

/** Closed without a refund: by either side, once the first block is used. */
export function closable({ state, prepaid }: Order): boolean {
  return state === "open" && prepaid === "used";
}

/** What the performer has of a block: the commission is rounded down (D11). */
export function shareOf(price: Schemas["Money"], commissionBps: number): Schemas["Money"] {
  return { ...price, amount_minor: price.amount_minor - Math.floor((price.amount_minor * commissionBps) / 10_000) };
}

/** An order put in the place of what was known of it. */
export function replaced<T extends { id: string }>(orders: readonly T[], newer: T): T[] {
  return orders.map((order) => (order.id === newer.id ? newer : order));
}

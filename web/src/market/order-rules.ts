/** What pages compute of an order. What its reader may do, the service says: `acts` (R34, D8). */
import type { Schemas } from "../api/client.ts";
import { commissionOf } from "./commission.ts";

type Card = Schemas["OrderCard"];

/** An order of a consultation: the part of its kind is there. */
export type Consulted<T extends Card = Card> = T & { consultation: NonNullable<T["consultation"]> };

export function consulted<T extends Card>(order: T): order is Consulted<T> {
  return order.consultation !== null;
}

/** What the performer has of a block: the commission is rounded down (D11). */
export function shareOf(price: Schemas["Money"], commissionBps: number): Schemas["Money"] {
  return { ...price, amount_minor: price.amount_minor - commissionOf(price.amount_minor, commissionBps) };
}

/** What is left of a sum. */
export function less(sum: Schemas["Money"], part: Schemas["Money"]): Schemas["Money"] {
  return { ...sum, amount_minor: sum.amount_minor - part.amount_minor };
}

/** An order put in the place of what was known of it. */
export function replaced<T extends { id: string }>(orders: readonly T[], newer: T): T[] {
  return orders.map((order) => (order.id === newer.id ? newer : order));
}

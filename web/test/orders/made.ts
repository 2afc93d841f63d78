/** Orders and threads for tests, as the service tells them. */
import type { Schemas } from "../../src/api/client.ts";

/** An order of work under way, in the list of whoever bought it. */
export function card(changes: Partial<Schemas["OrderCard"]> = {}): Schemas["OrderCard"] {
  return {
    id: "o",
    kind: "work",
    twip_id: "t",
    title: { en: "A logo" },
    customer_id: "c",
    performer_id: "p",
    other_name: "Pavel Orlov",
    unread: 0,
    role: "customer",
    price: { amount_minor: 90_000, currency: "RUB" },
    refunded: { amount_minor: 0, currency: "RUB" },
    commission_bps: 1_500,
    state: "working",
    acts: [],
    deadline: null,
    dispute_id: null,
    created_at: "2026-01-31T09:30:00.000Z",
    ended_at: null,
    consultation: null,
    work: {
      days: 10,
      deliveries: 0,
      delivered_at: null,
      overdue: false,
      proposal: null,
      to_performer: null,
      refusal: null,
    },
    files: null,
    ...changes,
  };
}

/** A message of the other side, not read yet. */
export function thread(changes: Partial<Schemas["ThreadCard"]> = {}): Schemas["ThreadCard"] {
  return {
    order_id: "o",
    kind: "work",
    title: { en: "A logo" },
    role: "customer",
    other_id: "p",
    other_name: "Pavel Orlov",
    unread: 1,
    at: "2026-01-31T09:30:00.000Z",
    newest: {
      id: "m",
      by: "performer",
      at: "2026-01-31T09:30:00.000Z",
      text: "Which colours?",
      attachments: [],
      act: null,
    },
    ...changes,
  };
}

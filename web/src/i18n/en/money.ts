import type { Schemas } from "../../api/client.ts";

/** How a posting is called when it took from the account, and when it added to it. `n` is the block within its session, from 1. */
type Said = { out: (n: number) => string; in: (n: number) => string };

export const money = {
  title: "Finances",
  account: "Account",
  held: "Held for payouts",
  topUp: {
    title: "Top up",
    amount: "Amount",
    other: "Other",
    otherAmount: "amount",
    why: { exact: "exact", part: "the most at once", more: "for 30 min" },
    go: (sum: string) => `Top up ${sum}`,
    goAny: "Top up",
    limits: (least: string, most: string) => `From ${least} to ${most}`,
    faults: {
      empty: "Name a sum, for example 1500.",
      invalid: "A sum, for example 1500 or 1500.50.",
      small: "The sum is too small.",
      large: "That is more than one top-up may be.",
    },
    provider: "You pay on the provider’s page and come back here. We never see the card.",
    newTab: "The provider opens in a new tab; this page stays. We never see the card.",
    waiting: (sum: string) => `Waiting for ${sum}.`,
    waitingText: "Pay in the tab that has opened; this page goes on by itself.",
    blocked: "The browser did not open a new tab. Open it yourself; this page goes on by itself.",
    openPay: (sum: string) => `Pay ${sum}`,
    openPayAgain: "Open the payment again",
    another: "Choose another sum",
    declined: (sum: string) => `The payment of ${sum} was declined. Nothing was charged.`,
  },
  back: {
    title: { pending: "Waiting for the payment", paid: "Payment received", failed: "The payment was declined" },
    pending: (sum: string) => `The provider has not said yet whether ${sum} is paid. This page knows as soon as it is.`,
    paid: (sum: string) => `${sum} was added to your account.`,
    now: "In your account now",
    failed: (sum: string) => `${sum} was not taken from you. Try again, or pay another way.`,
    toOrder: "Back to the order",
    toFinances: "To Finances",
    again: "Try again",
    pay: "Open the payment",
    gone: { title: "There is no such top-up", text: "It may belong to another account." },
  },
  pending: {
    title: "Not paid yet",
    open: "Look",
    since: (when: string) => `begun ${when}`,
  },
  statement: {
    title: "Statement",
    csv: "Download CSV",
    csvName: "twip-statement.csv",
    when: "When",
    what: "What for",
    amount: "Amount",
    balance: "Balance",
    none: { title: "No transactions yet", text: "Top-ups, payments and earnings are listed here." },
    order: "Order",
    topUp: "Top-up",
    commission: (gross: string, fee: string) => `${gross} less commission ${fee}`,
  },
  kinds: {
    top_up: { in: () => "Top-up", out: () => "Top-up taken back" },
    order: { in: () => "Order", out: () => "First 15 minutes, paid with the order" },
    block: { in: (n) => `Earned: 15 minutes, block ${n}`, out: (n) => `15 minutes, block ${n}` },
    block_return: {
      in: (n) => `Returned: 15 minutes, block ${n}, ended before it`,
      out: (n) => `Returned: 15 minutes, block ${n}, ended before it`,
    },
    cancel: { in: () => "Returned: order cancelled", out: () => "Order cancelled" },
    service_outage: {
      in: (n) => `Returned: block ${n}, the connection broke through our fault`,
      out: (n) => `Block ${n}: the connection broke through our fault`,
    },
  } satisfies Record<Schemas["Kind"], Said> as Record<Schemas["Kind"], Said>,
};

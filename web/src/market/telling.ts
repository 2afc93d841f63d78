/** An order of work in the words of the reader's language: what its sentences speak of. */

import type { Schemas } from "../api/client.ts";
import { moment, money, plural, t } from "../i18n/index.ts";
import { less, shareOf } from "./order-rules.ts";
import type { Worked } from "./work-order.ts";

/** What the sentences about an order of work speak of. Of one that is over, `part` and `rest` are what each side has. */
export interface Told {
  /** The other side. */
  name: string;
  /** When the running term is over. */
  due: string;
  /** When the offer lapses, or the refusal can no longer be waived. */
  until: string;
  /** The price, less what the performer has given back. */
  kept: string;
  /** That less commission. */
  share: string;
  /** The performer's part of a split, before commission. */
  part: string;
  /** The customer's part, or what has returned to them. */
  rest: string;
  /** To delivery. */
  days: string;
  /** How many more are asked for. */
  moreDays: string;
  /** Whether an offer is about days. */
  aboutDays: boolean;
  /** Whether the order is: a dispute may be about what was paid. */
  over: boolean;
  /** Whether any of the price has returned to the customer. */
  returned: boolean;
  reason: string;
  penalty: Schemas["Penalty"] | null;
}

/** Sums are of what is there: a performer may have given a part back meanwhile (E12). */
export function told({ role, other_name, deadline, price, refunded, commission_bps, ended_at, work }: Worked): Told {
  const { proposal, refusal } = work;
  const days = (count: number) => plural(count, t().common.days);
  const kept = less(price, refunded);
  const part = proposal?.to_performer ?? kept;
  const until = proposal?.until ?? refusal?.waive_until;
  return {
    name: other_name || t().market.page[role === "customer" ? "performer" : "customer"],
    due: deadline?.due_at ? moment(deadline.due_at) : "",
    until: until ? moment(until) : "",
    kept: money(kept),
    share: money(shareOf(kept, commission_bps)),
    part: money(part),
    rest: money(ended_at === null ? less(kept, part) : refunded),
    days: days(work.days),
    moreDays: days(proposal?.days ?? 0),
    aboutDays: proposal?.days != null,
    over: ended_at !== null,
    returned: refunded.amount_minor > 0,
    reason: refusal?.reason ?? "",
    penalty: refusal?.penalty ?? null,
  };
}

/** An order of work in the words of the reader's language: what its sentences speak of. */

import type { Told } from "../i18n/en/work.ts";
import { moment, money, plural, t } from "../i18n/index.ts";
import { less, shareOf } from "./order-rules.ts";
import type { Worked } from "./work-order.ts";

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

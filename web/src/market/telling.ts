/** An order of work in the words of the reader's language: what its sentences speak of. */

import type { Told } from "../i18n/en/work.ts";
import { moment, money, plural, t } from "../i18n/index.ts";
import { shareOf } from "./order-rules.ts";
import type { Worked } from "./work-order.ts";

export function told({ role, other_name, deadline, price, commission_bps, work }: Worked): Told {
  const { proposal, refusal } = work;
  const days = (count: number) => plural(count, t().common.days);
  const part = proposal?.to_performer ?? work.to_performer ?? price;
  const until = proposal?.until ?? refusal?.waive_until;
  return {
    name: other_name || t().market.page[role === "customer" ? "performer" : "customer"],
    due: deadline?.due_at ? moment(deadline.due_at) : "",
    until: until ? moment(until) : "",
    price: money(price),
    share: money(shareOf(price, commission_bps)),
    part: money(part),
    earned: money(shareOf(part, commission_bps)),
    rest: money({ ...price, amount_minor: price.amount_minor - part.amount_minor }),
    days: days(work.days),
    moreDays: days(proposal?.days ?? 0),
    aboutDays: proposal?.days != null,
    reason: refusal?.reason ?? "",
    penalty: refusal?.penalty ?? null,
  };
}

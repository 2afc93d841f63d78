/** A dispute in the words of the reader's language: what its sentences speak of. */
import type { Schemas } from "../api/client.ts";
import type { DisputeTold } from "../i18n/en/disputes.ts";
import { lang, moment, money, t } from "../i18n/index.ts";
import { afterCommission } from "../market/commission.ts";
import { less } from "../market/order-rules.ts";
import { type Text, textFor } from "../market/texts.ts";
import { otherSide, type Side, sideOf } from "./dispute-rules.ts";

type Card = Schemas["DisputeCard"];
type Split = Schemas["SplitView"];

/** What a performer's part comes to: the price of a unit, and its commission. */
export interface Rate {
  unit: Schemas["Money"];
  bps: number;
}

/** The name of a side, or what the side is called. */
export function nameOf(dispute: Card, side: Side): string {
  const name = side === "customer" ? dispute.customer_name : dispute.performer_name;
  return name || t().disputes.sides[side];
}

/** `split`: the one that is spoken of. `rate`: without one, commission is not known, and nothing is taken off. */
export function toldOf(dispute: Card, split: Split | null = null, rate: Rate | null = null): DisputeTold {
  const side = sideOf(dispute);
  const nothing = { ...dispute.amount, amount_minor: 0 };
  const [back, part] = [split?.to_customer ?? nothing, split?.to_performer ?? dispute.amount];
  const net = (sum: Schemas["Money"]) => (rate ? afterCommission(sum, rate.unit, rate.bps) : sum);
  return {
    customer: nameOf(dispute, "customer"),
    performer: nameOf(dispute, "performer"),
    other: side ? nameOf(dispute, otherSide(side)) : "",
    arbiter: dispute.arbiter_name ?? "",
    sum: money(dispute.amount),
    due: dispute.deadline ? moment(dispute.deadline.due_at) : "",
    until: dispute.proposal ? moment(dispute.proposal.until) : "",
    back: money(back),
    part: money(part),
    net: money(net(part)),
    taken: money(less(net(dispute.amount), net(part))),
    whole: part.amount_minor === 0 ? "customer" : back.amount_minor === 0 ? "performer" : null,
    admin: dispute.phase === "admin",
    held: dispute.in_escrow.amount_minor > 0,
  };
}

/** What the dispute is called: by what was bought. */
export function titleOf(dispute: Card): Text {
  return textFor(dispute.title, lang());
}

/** What giving money back does to the performer's money, before it is done: as the service will post it (E12, D11). Pure; in minor units. */
import type { Schemas } from "../api/client.ts";
import { keptCommission } from "./commission.ts";

export interface RefundSums {
  /** To the customer's account. */
  toCustomer: number;
  /** From the performer's account; nothing while the money lies in escrow. */
  taken: number;
  commissionBack: number;
  /** What is left of it to the performer, after commission: kept, or still to come. */
  net: number;
  /** What their account lacks. */
  missing: number;
}

/** `unit`: the price by which commission was taken. `available`: of the performer. Null: no part of what may be given back. */
export function refundSums(
  { amount, in_escrow }: Schemas["RefundableView"],
  toCustomer: number,
  { unit, bps, available }: { unit: number; bps: number; available: number },
): RefundSums | null {
  const kept = amount.amount_minor;
  if (toCustomer < 1 || toCustomer > kept) return null;
  const left = kept - toCustomer;
  const [before, after] = [keptCommission(kept, unit, bps), keptCommission(left, unit, bps)];
  const paid = in_escrow.amount_minor === 0;
  const commissionBack = paid ? before - after : 0;
  const taken = paid ? toCustomer - commissionBack : 0;
  return { toCustomer, taken, commissionBack, net: left - after, missing: paid ? Math.max(0, taken - available) : 0 };
}

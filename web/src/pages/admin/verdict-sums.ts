/** What a verdict would do to each account, before it is given: as the service will post it (R73, D11, D25, D27). Pure; in minor units. */
import type { Schemas } from "../../api/client.ts";
import { commissionOf, keptCommission } from "../../market/commission.ts";

type Page = Pick<Schemas["DisputePage"], "in_escrow" | "money">;

export interface VerdictSums {
  /** To the customer's account. */
  toCustomer: number;
  /** From escrow to the performer's account, after commission. */
  released: number;
  releasedCommission: number;
  /** From the performer's account, of what was paid out already; of that, `paid` had reached them. */
  takenBack: number;
  paid: number;
  commissionBack: number;
  commissionBefore: number;
  commissionAfter: number;
  /** The performer's available money. */
  before: number;
  after: number;
}

/** `toCustomer`: their part of the amount. It comes from escrow first, then from the performer. Null: nobody is to decide here. */
export function verdictSums({ in_escrow, money }: Page, toCustomer: number): VerdictSums | null {
  if (!money) return null;
  const [kept, unit, bps] = [money.kept.amount_minor, money.unit.amount_minor, money.commission_bps];
  const fromEscrow = Math.min(toCustomer, in_escrow.amount_minor);
  const back = toCustomer - fromEscrow;
  const left = in_escrow.amount_minor - fromEscrow;
  const releasedCommission = commissionOf(left, bps);
  const [commissionBefore, commissionAfter] = [keptCommission(kept, unit, bps), keptCommission(kept - back, unit, bps)];
  const commissionBack = commissionBefore - commissionAfter;
  const [released, takenBack] = [left - releasedCommission, back - commissionBack];
  const before = money.performer_available.amount_minor;
  return {
    toCustomer,
    released,
    releasedCommission,
    takenBack,
    paid: kept - commissionBefore,
    commissionBack,
    commissionBefore,
    commissionAfter,
    before,
    after: before + released - takenBack,
  };
}

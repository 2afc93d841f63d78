/** What commission takes, rounded down (D11, D27). Pure; of minor units. */
import type { Schemas } from "../api/client.ts";

type Money = Schemas["Money"];

export function commissionOf(minor: number, bps: number): number {
  return Math.floor((minor * bps) / 10_000);
}

/** On what is kept of several units: that of each whole one, and of the rest. */
export function keptCommission(kept: number, unit: number, bps: number): number {
  if (unit <= 0) return 0;
  return Math.floor(kept / unit) * commissionOf(unit, bps) + commissionOf(kept % unit, bps);
}

/** What is left to a performer of a sum. */
export function afterCommission(sum: Money, unit: Money, bps: number): Money {
  return { ...sum, amount_minor: sum.amount_minor - keptCommission(sum.amount_minor, unit.amount_minor, bps) };
}

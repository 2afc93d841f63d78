/** How much an account can be topped up with, and what to offer (R27, R28). Pure; minor units. */
import { typedMoney } from "../i18n/formats.ts";

/** Of one top-up, as the service has them. */
export const SMALLEST_MINOR = 1;
export const LARGEST_MINOR = 10_000_000;
const USUAL_MINOR = [50_000, 100_000, 200_000];

export interface Pick {
  minor: number;
  /** `exact`: what is missing. `part`: as much of it as one top-up may be. `more`: that and one block beyond. `plain`: a usual sum. */
  why: "exact" | "part" | "more" | "plain";
}

/** The sums to press, the one to begin with first. What is missing is offered to the last kopeck, never rounded up (R27). */
export function picksFor(missingMinor: number, blockMinor?: number): Pick[] {
  if (missingMinor < SMALLEST_MINOR) return USUAL_MINOR.map((minor) => ({ minor, why: "plain" }));
  if (missingMinor > LARGEST_MINOR) return [{ minor: LARGEST_MINOR, why: "part" }];
  const exact: Pick = { minor: missingMinor, why: "exact" };
  const further = missingMinor + (blockMinor ?? 0);
  if (further === missingMinor || further > LARGEST_MINOR) return [exact];
  return [exact, { minor: further, why: "more" }];
}

export type AmountFault = "empty" | "invalid" | "small" | "large";

/** A sum as typed: minor units, or why it cannot be one. */
export function typedAmount(text: string): number | AmountFault {
  if (text.trim() === "") return "empty";
  const minor = typedMoney(text);
  if (minor === null) return "invalid";
  if (minor < SMALLEST_MINOR) return "small";
  return minor > LARGEST_MINOR ? "large" : minor;
}

/** What an account lacks for a price; 0 when it has enough. */
export function missingFor(priceMinor: number, availableMinor: number): number {
  return Math.max(0, priceMinor - availableMinor);
}

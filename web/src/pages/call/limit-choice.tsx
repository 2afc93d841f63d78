/** No limit, or how much time and money a session may take at most (E24): chosen before a call, and during it. */
import type { Money } from "../../i18n/index.ts";
import { clock, money, t } from "../../i18n/index.ts";
import { limitChoices } from "../../session/limits.ts";
import { Select } from "../../ui/field.tsx";

const QUARTER_MS = 900_000;
const MINUTE_MS = 60_000;

/** How long so many blocks are. */
export function length(blocks: number, blockMs = QUARTER_MS): string {
  const words = t().call.limit;
  // Only a deployment for demonstrations has blocks of seconds.
  if (blockMs < MINUTE_MS) return words.short(blocks);
  const minutes = Math.round((blocks * blockMs) / MINUTE_MS);
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  return [hours > 0 && words.hours(hours), rest > 0 && words.minutes(rest)].filter(Boolean).join("\u00a0");
}

/** What so many blocks cost. */
function sum(blocks: number, price: Money): string {
  return money({ ...price, amount_minor: blocks * price.amount_minor }, "round");
}

/** The limit of a call, as a sentence. */
export function limitText(blocks: number, price: Money): string {
  return t().call.limit.call(length(blocks), sum(blocks, price));
}

export function LimitChoice(props: {
  chosen: number | null;
  price: Money;
  onChoose: (blocks: number | null) => void;
  /** Of a session under way: the block it has come to, the limit that stands, and its clock. */
  least?: number;
  stands?: number | null;
  blockMs?: number;
  t0Ms?: number | null;
}) {
  const { chosen, price, onChoose, least = 1, stands = null, blockMs = QUARTER_MS, t0Ms = null } = props;
  const words = t().call.limit;
  const until = (blocks: number) => (t0Ms === null ? "" : clock(t0Ms + blocks * blockMs));
  const offered = limitChoices(least, stands).map(
    (blocks) => [String(blocks), words.option(length(blocks, blockMs), sum(blocks, price), until(blocks))] as const,
  );
  return (
    <Select
      label={words.label}
      hint={words.hint}
      value={String(chosen ?? "")}
      options={[["", words.none], ...offered]}
      onChange={(value) => onChoose(Number(value) || null)}
    />
  );
}

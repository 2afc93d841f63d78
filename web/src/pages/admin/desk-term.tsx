/** How much of a term is left, in words; in haste once less than a day is (D31). */
import { useTimeLeft } from "../../disputes/time-left.ts";
import { span, t } from "../../i18n/index.ts";
import { LiveText } from "../../ui/live-text.tsx";
import { isLate } from "./desk-rules.ts";

const EVERY_MS = 15_000;

export function Left({ due }: { due: string }) {
  const words = t().desk.queue;
  const ms = useTimeLeft(due, EVERY_MS);
  return (
    <small class={isLate(ms) ? "late" : undefined}>
      <time dateTime={due}>
        <LiveText>{ms > 0 ? words.left(span(ms)) : words.timeUp}</LiveText>
      </time>
    </small>
  );
}

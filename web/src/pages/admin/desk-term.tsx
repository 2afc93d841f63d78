/** How much of a term is left, in words; in haste once less than a day is (D31). */
import { span, t } from "../../i18n/index.ts";
import { isLate } from "./desk-rules.ts";

export function Left({ due }: { due: string }) {
  const words = t().desk.queue;
  const now = Date.now();
  const ms = Date.parse(due) - now;
  return (
    <small class={isLate(due, now) ? "late" : undefined}>
      <time dateTime={due}>{ms > 0 ? words.left(span(ms)) : words.timeUp}</time>
    </small>
  );
}

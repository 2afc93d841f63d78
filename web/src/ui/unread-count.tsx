import { number, t } from "../i18n/index.ts";
import { LiveText } from "./live-text.tsx";

/** How much is new, beside a name. */
export function UnreadCount({ count }: { count: number }) {
  if (count === 0) return null;
  return (
    <span class="count count-quiet">
      <LiveText>{number(count)}</LiveText>
      <span class="sr"> {t().common.news}</span>
    </span>
  );
}

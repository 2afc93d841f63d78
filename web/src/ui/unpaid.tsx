import { t } from "../i18n/index.ts";
import { Banner } from "./notices.tsx";

/** How near the two are to the day's last unpaid session (D13). Nothing while there is more than one left. */
export function Unpaid({ side, left }: { side: "customer" | "performer"; left: number | null }) {
  if (left === null || left > 1) return null;
  const words = t().call.unpaid[side];
  return <Banner tone="warn">{left === 1 ? words.last : words.none}</Banner>;
}

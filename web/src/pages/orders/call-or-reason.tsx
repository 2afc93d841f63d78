import { t } from "../../i18n/index.ts";
import type { Consulted } from "../../market/order-rules.ts";
import { ActionLink, actionsOf } from "./actions.tsx";

/** The way to the other side: into the session under way, to a call that can be made, or why neither. */
export function CallOrReason(props: { order: Consulted; wide?: boolean; limit?: number | null }) {
  const { order, wide, limit = null } = props;
  if (actionsOf(order).has("call"))
    return <ActionLink action="call" order={order} limit={limit} {...(wide && { wide })} />;
  if (order.state !== "open" || order.role !== "customer" || order.dispute_id !== null) return null;
  const reasons: Record<string, string> = t().common.presence;
  const { uncallable_reason } = order.consultation;
  const reason = reasons[uncallable_reason ?? ""];
  return reason ? (
    <p class="presence muted">
      <span class={`dot dot-${uncallable_reason === "busy" ? "busy" : "none"}`} />
      {reason}
    </p>
  ) : null;
}

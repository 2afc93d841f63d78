/** What an order of work adds: its days, and how far it has come. */
import { useState } from "preact/hooks";
import type { Schemas } from "../../api/client.ts";
import { money, t } from "../../i18n/index.ts";
import type { Query } from "../../state/query.ts";
import { Icon } from "../../ui/icon.tsx";
import { KIND_ICON } from "../finding.ts";
import { ActionButton, ActionLink, actionsOf, type ChangingAction } from "./actions.tsx";
import { Ask } from "./ask.tsx";
import type { OrderKind } from "./kinds.ts";

function Doing({ order, query }: { order: Schemas["OrderPage"]; query: Query<Schemas["OrderPage"]> }) {
  const [asking, setAsking] = useState<ChangingAction | null>(null);
  const actions = actionsOf(order);
  return (
    <>
      {order.ended_at !== null && <p class="muted">{t().market.page.over[order.role]}</p>}
      {actions.has("again") && <ActionLink action="again" order={order} wide />}
      {actions.has("cancel") && (
        <ActionButton action="cancel" order={order} off={false} why="" onPress={() => setAsking("cancel")} />
      )}
      {asking && <Ask action={asking} order={order} query={query} onClose={() => setAsking(null)} />}
    </>
  );
}

export const WORK: OrderKind = {
  Name: () => (
    <>
      <Icon name={KIND_ICON.work} />
      {t().market.kinds.work}
    </>
  ),
  Standing: () => null,
  Price: ({ order }) => money(order.price, "round"),
  Way: () => null,
  priceName: () => t().market.page.wholePrice,
  doing: () => t().market.kinds.work,
  Facts: () => null,
  Doing,
  History: () => null,
};

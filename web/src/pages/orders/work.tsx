/** What an order of work adds: whose turn it is, where the money lies, how far it has come, and what the two sides write. */
import type { Schemas } from "../../api/client.ts";
import { money, t } from "../../i18n/index.ts";
import { KIND_ICON } from "../../market/finding.ts";
import { less, shareOf } from "../../market/order-rules.ts";
import { turnOf, type Worked, worked } from "../../market/work-order.ts";
import type { Query } from "../../state/query.ts";
import { ButtonLink } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { DisputesPast } from "../disputes/on-order.tsx";
import type { OrderKind } from "./kinds.ts";
import { Bought, Facts } from "./parts.tsx";
import { Thread } from "./thread.tsx";
import { Money, Progress } from "./work-side.tsx";
import { Turn } from "./work-turn.tsx";
import "../../styles/work.css";

type Page = Schemas["OrderPage"];

function Whole({ order, query }: { order: Worked<Page>; query: Query<Page> }) {
  return (
    <div class="two work-page">
      <Turn order={order} query={query} />
      <aside class="stack" aria-label={t().work.progress.title}>
        <Money order={order} />
        <Progress order={order} />
        <DisputesPast order={order} />
      </aside>
      <div class="stack stack-l">
        <Thread order={order} />
        <Facts
          order={order}
          priceName={t().market.page.wholePrice}
          share={[t().work.money.earn, shareOf(less(order.price, order.refunded), order.commission_bps)]}
        />
        <Bought order={order} />
      </div>
    </div>
  );
}

/** In a list: whose turn it is, where it is somebody's. */
function Standing({ order }: { order: Worked }) {
  const turn = turnOf(order);
  if (turn === null) return null;
  const words = t().work.turn;
  return turn === "mine" ? (
    <span class="strong">{words.mine}</span>
  ) : (
    <span class="muted">{words.other[order.role]}</span>
  );
}

export const WORK: OrderKind = {
  Name: () => (
    <>
      <Icon name={KIND_ICON.work} />
      {t().market.kinds.work}
    </>
  ),
  Standing: ({ order }) => worked(order) && <Standing order={order} />,
  Price: ({ order }) => money(order.price, "round"),
  Way: ({ order }) =>
    worked(order) && turnOf(order) === "mine" ? (
      <ButtonLink href={`/orders/${order.id}`}>{t().disputes.order}</ButtonLink>
    ) : null,
  Whole: ({ order, query }) => worked(order) && <Whole order={order} query={query} />,
};

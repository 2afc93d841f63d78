/** What an order of files adds: that it is paid for and the customer's, and what the two sides write. */
import { money, t } from "../../i18n/index.ts";
import { less, shareOf } from "../../market/order-rules.ts";
import { Icon } from "../../ui/icon.tsx";
import { DisputesPast } from "../disputes/on-order.tsx";
import { KIND_ICON } from "../finding.ts";
import type { OrderKind } from "./kinds.ts";
import { Bought, Facts } from "./parts.tsx";
import { Thread } from "./thread.tsx";
import "../../styles/work.css";

export const FILES: OrderKind = {
  Name: () => (
    <>
      <Icon name={KIND_ICON.files} />
      {t().market.kinds.files}
    </>
  ),
  Standing: () => null,
  Price: ({ order }) => money(order.price, "round"),
  Way: () => null,
  Whole: ({ order }) => (
    <div class="two work-page">
      <aside class="stack">
        <Facts
          order={order}
          priceName={t().market.page.wholePrice}
          share={[t().work.money.earn, shareOf(less(order.price, order.refunded), order.commission_bps)]}
        />
        <DisputesPast order={order} />
      </aside>
      <div class="stack stack-l">
        <Thread order={order} />
        <Bought order={order} />
      </div>
    </div>
  ),
};

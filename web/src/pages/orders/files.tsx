/** What an order of files adds: the files and links, what came of the money, and what the two sides write. */
import type { Schemas } from "../../api/client.ts";
import { goodsOf } from "../../files/goods-source.ts";
import { moment, money, t } from "../../i18n/index.ts";
import { filesStage, hasGoods, maturity, type OfFiles, ofFiles, toldOfFiles } from "../../market/files-order.ts";
import { KIND_ICON } from "../../market/finding.ts";
import { less, shareOf } from "../../market/order-rules.ts";
import { moneyAt } from "../../market/work-order.ts";
import type { Query } from "../../state/query.ts";
import { ButtonLink } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { DisputesPast, WayToDispute } from "../disputes/on-order.tsx";
import { GoodsBought } from "./goods-bought.tsx";
import type { OrderKind } from "./kinds.ts";
import { Bought, Facts } from "./parts.tsx";
import { Recourse } from "./recourse.tsx";
import { Thread } from "./thread.tsx";
import "../../styles/work.css";

type Page = Schemas["OrderPage"];

function Whole({ order, query }: { order: OfFiles<Page>; query: Query<Page> }) {
  return (
    <div class="two work-page">
      <Goods order={order} query={query} />
      <aside class="stack" aria-label={t().market.page.facts}>
        <Money order={order} />
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
  );
}

/** The goods, how the order stands, and what else may be done. */
function Goods({ order, query }: { order: OfFiles<Page>; query: Query<Page> }) {
  const stage = filesStage(order);
  const said = t().files.stages[stage][order.role];
  const told = toldOfFiles(order);
  const again = stage === "revoked" && order.role === "customer";
  return (
    <section class={`card turn${stage === "bought" ? "" : " turn-wait"}`} aria-labelledby="goods">
      <div class="turn-top">
        <p class="turn-who">
          <Icon name={stage === "bought" ? "circle-check" : "scale"} />
          {said.who}
        </p>
        <h2 id="goods">{said.title(told)}</h2>
        <p class="muted">{said.text(told)}</p>
        <WayToDispute order={order} />
        {again && (
          <p>
            <ButtonLink href={`/twips/${order.twip_id}`}>{t().market.page.again}</ButtonLink>
          </p>
        )}
      </div>
      {hasGoods(order) && (
        <GoodsBought
          source={goodsOf(order.id)}
          of={`${order.id} ${stage}`}
          labelledBy="goods"
          own={order.role === "performer"}
          watch
        />
      )}
      <Recourse order={order} onChanged={query.reload} />
    </section>
  );
}

/** Where the money is; for the performer also what they may do with it, and when. */
function Money({ order }: { order: OfFiles<Page> }) {
  const words = t().work.money;
  const at = moneyAt(order);
  const told = toldOfFiles(order);
  const left = less(order.price, order.refunded);
  const ripe = maturity(order, Date.now());
  return (
    <section class="card hold" aria-labelledby="money">
      <h2 class="h-s" id="money">
        {words.title}
      </h2>
      <p class="hold-sum num">{money(order.price)}</p>
      <p class="small muted">{at === "both" ? words.parts(money(left), told.back) : words.at[at]}</p>
      {order.role === "performer" && at !== "customer" && (
        <p class="small">
          {words.earned(told.share)}.{" "}
          {t().files.money.matures[ripe](order.files.matures_at ? moment(order.files.matures_at) : "")}
        </p>
      )}
    </section>
  );
}

export const FILES: OrderKind = {
  Name: () => (
    <>
      <Icon name={KIND_ICON.files} />
      {t().market.kinds.files}
    </>
  ),
  Standing: () => null,
  Price: ({ order }) => money(order.price, "round"),
  Way: ({ order }) =>
    ofFiles(order) && order.role === "customer" && order.files.access ? (
      <ButtonLink href={`/orders/${order.id}`}>{t().files.open}</ButtonLink>
    ) : null,
  Whole: ({ order, query }) => ofFiles(order) && <Whole order={order} query={query} />,
};

/** What an order of files adds: the files and links, what came of the money, and what the two sides write. */
import { useState } from "preact/hooks";
import type { Schemas } from "../../api/client.ts";
import { goodsOf } from "../../files/goods-source.ts";
import { moment, money, t } from "../../i18n/index.ts";
import { filesStage, hasGoods, maturity, type OfFiles, ofFiles, toldOfFiles } from "../../market/files-order.ts";
import { less, shareOf } from "../../market/order-rules.ts";
import { moneyAt } from "../../market/work-order.ts";
import type { Query } from "../../state/query.ts";
import { ButtonLink } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { DisputesPast } from "../disputes/on-order.tsx";
import { OpenDispute } from "../disputes/opening.tsx";
import { KIND_ICON } from "../finding.ts";
import { GiveBack } from "./give-back.tsx";
import { GoodsBought } from "./goods-bought.tsx";
import type { OrderKind } from "./kinds.ts";
import { Bought, Facts } from "./parts.tsx";
import { Thread } from "./thread.tsx";
import "../../styles/work.css";
import "../../styles/files.css";

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
  // What was asked about stays asked, with what was written, also when the order has changed meanwhile.
  const [disputing, setDisputing] = useState<Schemas["DisputableView"] | null>(null);
  const [giving, setGiving] = useState<Schemas["RefundableView"] | null>(null);
  const stage = filesStage(order);
  const said = t().files.stages[stage][order.role];
  const told = toldOfFiles(order);
  const refundable = order.role === "performer" ? order.refundable : null;
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
        {order.dispute_id !== null && (
          <p>
            <ButtonLink look="primary" icon="scale" href={`/disputes/${order.dispute_id}`}>
              {t().disputes.onOrder.go}
            </ButtonLink>
          </p>
        )}
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
      {(order.disputable || refundable) && (
        <p class="turn-else small">
          <span class="muted">{t().work.otherwise}</span>
          {refundable && (
            <button type="button" class="link" onClick={() => setGiving(refundable)}>
              {t().refunds.label}
            </button>
          )}
          {order.disputable && (
            <button type="button" class="link" onClick={() => setDisputing(order.disputable)}>
              {t().disputes.open.label}
            </button>
          )}
          {order.disputable?.until && (
            <span class="muted">{t().disputes.open.until(moment(order.disputable.until))}</span>
          )}
        </p>
      )}
      {disputing && (
        <OpenDispute
          order={order}
          sessionId={null}
          about={order.disputable ?? disputing}
          onClose={() => setDisputing(null)}
        />
      )}
      {giving && (
        <GiveBack
          order={order}
          sessionId={null}
          about={refundable ?? giving}
          onChanged={query.reload}
          onClose={() => setGiving(null)}
        />
      )}
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

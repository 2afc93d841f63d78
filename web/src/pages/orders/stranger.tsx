/** What a stranger is about to order, beside the way in: nothing of it is lost on the way (E21). */
import type { ComponentChildren } from "preact";
import { lang, t } from "../../i18n/index.ts";
import { useQuery } from "../../state/query.ts";
import { GoodsLine } from "../../ui/goods-line.tsx";
import { ProblemBanner } from "../../ui/notices.tsx";
import { PageSkeleton } from "../../ui/page-skeleton.tsx";
import { WayIn } from "../auth/way-in.tsx";
import {
  Ahead,
  Heading,
  Line,
  NotOffered,
  NotSold,
  offerOf,
  pathOf,
  priceName,
  read,
  type Wanted,
  What,
} from "./offer.tsx";

/** `children`: what stands in the place of the way in. */
export function Stranger(props: { id: string; wanted: Wanted; children?: ComponentChildren }) {
  const { id, wanted } = props;
  const twip = useQuery(() => read(id), [lang()]);
  if (twip.problem?.code === "not_found") return <NotOffered />;
  if (!twip.data) return twip.problem ? <ProblemBanner problem={twip.problem} retry={twip.reload} /> : <PageSkeleton />;
  const offer = offerOf(twip.data, wanted);
  if (twip.data.sale !== "on_sale") return <NotOffered />;
  if (!offer) return <NotSold id={id} wanted={wanted} />;
  return (
    <>
      <Heading id={id} />
      <div class="two two-even order-in">
        <section class="card stack" aria-label={t().market.aside}>
          <What twip={twip.data} offer={offer} />
          {offer.wanted === "files" && <GoodsLine goods={offer.goods} />}
          <dl class="sum">
            <Line name={priceName(wanted)} value={offer.price} />
          </dl>
        </section>
        {props.children ?? <WayIn next={pathOf(id, wanted)} />}
        <Ahead offer={offer} />
      </div>
    </>
  );
}

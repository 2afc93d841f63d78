/** What a performer has on sale, kind by kind (E4). */
import type { Schemas } from "../../api/client.ts";
import { plural, t } from "../../i18n/index.ts";
import { KIND_ICON, KINDS } from "../../market/finding.ts";
import { marks } from "../../state/marks.ts";
import type { Pages } from "../../state/query.ts";
import { Button } from "../../ui/button.tsx";
import { GoodsLine } from "../../ui/goods-line.tsx";
import { Heart } from "../../ui/heart.tsx";
import { Icon } from "../../ui/icon.tsx";
import { ProblemBanner, Skeleton } from "../../ui/notices.tsx";
import { ContentPrices } from "../../ui/price.tsx";

export type Offer = Schemas["OfferCard"];

export function PerformerTwips({ found, mine }: { found: Pages<Offer>; mine: boolean }) {
  const words = t().performer;
  const offers = found.data ?? [];
  const count = found.data && !found.more && offers.length > 0 ? plural(offers.length, words.twips) : words.twipsTitle;
  return (
    <section class="stack" aria-labelledby="tw">
      <h2 id="tw">{count}</h2>
      <ProblemBanner problem={found.problem} retry={found.reload} />
      {!found.data && !found.problem && <Skeleton cards={2} />}
      {found.data?.length === 0 && <p class="muted">{words.noTwips}</p>}
      {offers.length > 0 && (
        <ul class="ptwips">
          {KINDS.flatMap((kind) => offers.filter((offer) => offer.kind === kind)).map((offer) => (
            <li key={offer.id}>
              <OfferCard offer={offer} mine={mine} />
            </li>
          ))}
        </ul>
      )}
      {found.more && (
        <p>
          <Button onPress={found.more} busy={found.loadingMore}>
            {t().common.more}
          </Button>
        </p>
      )}
    </section>
  );
}

/** The whole card leads to the twip. */
function OfferCard({ offer, mine }: { offer: Offer; mine: boolean }) {
  const text = offer.content.texts[offer.shown_in];
  const foreign = offer.foreign ? offer.shown_in : undefined;
  return (
    <article class={marks.value && !mine ? "card ptwip marked" : "card ptwip"}>
      <Icon name={KIND_ICON[offer.kind]} large />
      <div>
        <p class="pt-kind">
          {t().market.kinds[offer.kind]}
          {foreign && (
            <span class="badge">
              <Icon name="globe" />
              {t().common.onlyIn[foreign]}
            </span>
          )}
        </p>
        <h3 lang={foreign}>
          <a href={`/twips/${offer.id}`}>{text?.title}</a>
        </h3>
        <p class="small muted pt-text" lang={foreign}>
          {text?.description}
        </p>
        {offer.content.files && <GoodsLine goods={offer.content.files} />}
      </div>
      <div class="pt-price">
        <ContentPrices content={offer.content} />
      </div>
      {marks.value && !mine && <Heart kind="twips" id={offer.id} name={text?.title ?? ""} bare />}
    </article>
  );
}

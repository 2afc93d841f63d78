/** What a twip costs, and what to press (R25, R26, R33). */
import type { Schemas } from "../../api/client.ts";
import { money, plural, t } from "../../i18n/index.ts";
import { KIND_ICON } from "../../market/finding.ts";
import { ButtonLink } from "../../ui/button.tsx";
import { GoodsLine } from "../../ui/goods-line.tsx";
import { Icon } from "../../ui/icon.tsx";
import { dotOf, PresenceLine } from "../../ui/person.tsx";
import { MODE_ICON, MODES } from "../../ui/price.tsx";

interface Offered {
  twip: Schemas["TwipPageView"];
  content: Schemas["ContentView"] | null;
  mine: boolean;
}

export function Offers(props: Offered) {
  switch (props.twip.kind) {
    case "consultation":
      return <Consultations {...props} />;
    case "work":
      return <Work {...props} />;
    case "files":
      return <Files {...props} />;
  }
}

/** The prices that there are, and what to press beside each. */
function Consultations({ twip, content, mine }: Offered) {
  const words = t().market;
  const offered = MODES.filter((mode) => content?.prices[mode]);
  const bought = MODES.filter((mode) => twip.orders[mode] && !offered.includes(mode));
  // One filled button a decision: an order that one has comes before a new one.
  const first = [...offered, ...bought].find((mode) => twip.orders[mode]) ?? offered[0];
  return (
    <>
      <div class="twip-presence">
        <span class={`dot dot-${dotOf(twip.performer)}`} />
        <PresenceLine performer={twip.performer} />
      </div>
      {offered.length === 0 && <p class="muted">{words.noPrice}</p>}
      {[...offered, ...bought].map((mode) => {
        const price = content?.prices[mode];
        const order = twip.orders[mode];
        return (
          <div class="offer" key={mode}>
            <Icon name={MODE_ICON[mode]} large />
            <div>
              <p class="small muted">{words.modes[mode]}</p>
              {price && (
                <p class="price">
                  {money(price, "round")} <small>{t().common.perBlock}</small>
                </p>
              )}
            </div>
            {order ? (
              <ButtonLink look={mode === first ? "primary" : "plain"} href={`/orders/${order}`}>
                {words.open}
              </ButtonLink>
            ) : (
              !mine &&
              twip.sale === "on_sale" && (
                <ButtonLink look={mode === first ? "primary" : "plain"} href={`/twips/${twip.id}/order/${mode}`}>
                  {words.order[mode]}
                </ButtonLink>
              )
            )}
          </div>
        );
      })}
      {!mine && twip.sale === "on_sale" && offered.length > 0 && <p class="small muted">{words.first}</p>}
    </>
  );
}

/** One price, one term, one button (R26), and where the money is meanwhile (R61). */
function Work({ twip, content, mine }: Offered) {
  const words = t().market;
  const offer = content?.work;
  const sold = !mine && twip.sale === "on_sale";
  const { work_terms: terms, latest_order: ordered } = twip;
  return (
    <div class="stack stack-s">
      {!offer?.price && <p class="muted">{words.noPrice}</p>}
      {offer?.price && (
        <div class="offer">
          <Icon name={KIND_ICON.work} large />
          <div>
            <p class="small muted">{words.work.whole}</p>
            <p class="price">{money(offer.price, "round")}</p>
          </div>
        </div>
      )}
      {offer && offer.days !== null && (
        <div class="offer">
          <Icon name="clock" large />
          <div>
            <p class="strong">{words.work.term(plural(offer.days, t().common.days))}</p>
            <p class="small muted">{words.work.termFrom}</p>
          </div>
        </div>
      )}
      {ordered && (
        <ButtonLink look="primary" wide href={`/orders/${ordered}`}>
          {words.open}
        </ButtonLink>
      )}
      {sold && offer && terms && (
        <>
          <ButtonLink look={ordered ? "plain" : "primary"} wide href={`/twips/${twip.id}/order?kind=work`}>
            {ordered ? words.work.again : words.work.order}
          </ButtonLink>
          <p class="small muted">{words.work.held(plural(terms.acceptance_days, t().common.days))}</p>
        </>
      )}
    </div>
  );
}

/** One price and one button (R26), or the order in which they are already (R33): what somebody has is not sold to them again (D9). */
function Files({ twip, content, mine }: Offered) {
  const words = t().market;
  const offer = content?.files;
  const sold = !mine && twip.sale === "on_sale" && !twip.bought;
  const { latest_order: ordered } = twip;
  return (
    <div class="stack stack-s">
      {!offer?.price && <p class="muted">{words.noPrice}</p>}
      {offer?.price && (
        <div class="offer">
          <Icon name={KIND_ICON.files} large />
          <div>
            <p class="small muted">{words.files.whole}</p>
            <p class="price">{money(offer.price, "round")}</p>
          </div>
        </div>
      )}
      {offer && <GoodsLine goods={offer} />}
      {ordered && (
        <ButtonLink look={twip.bought ? "primary" : "plain"} wide href={`/orders/${ordered}`}>
          {twip.bought ? words.open : words.files.earlier}
        </ButtonLink>
      )}
      {twip.bought && <p class="small muted">{words.files.yours}</p>}
      {sold && offer?.price && (
        <>
          <ButtonLink look="primary" wide href={`/twips/${twip.id}/order?kind=files`}>
            {words.files.order(money(offer.price, "round"))}
          </ButtonLink>
          <p class="small muted">{words.files.atOnce}</p>
        </>
      )}
    </div>
  );
}

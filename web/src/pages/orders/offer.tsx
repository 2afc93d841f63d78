/** What is ordered: which twip, in which way, at which price. The page of an order shows it to whoever comes, signed in or not. */

import { answered, api, type Schemas } from "../../api/client.ts";
import { type Money, money, plural, t } from "../../i18n/index.ts";
import { Head, useTitle } from "../../shell/page.tsx";
import { ButtonLink } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { LiveText } from "../../ui/live-text.tsx";
import { Empty } from "../../ui/notices.tsx";
import { Avatar } from "../../ui/person.tsx";
import { MODES, type Mode } from "../../ui/price.tsx";
import { ConsultationAhead, FilesAhead, WorkAhead } from "./ahead.tsx";
import "../../styles/market.css";

/** What is ordered of a twip: a consultation in a mode, or the whole of a work, or all files and links. */
export type Wanted = Mode | Whole;
export type Whole = "work" | "files";
const WHOLES: readonly Whole[] = ["work", "files"];
export type Twip = Schemas["TwipPageView"];

export function isWhole(wanted: Wanted | undefined): wanted is Whole {
  return wanted === "work" || wanted === "files";
}

/** Where it is ordered. */
export function pathOf(id: string, wanted: Wanted): string {
  return isWhole(wanted) ? `/twips/${id}/order?kind=${wanted}` : `/twips/${id}/order/${wanted}`;
}

/** What is confirmed: the offer as the page has it. */
export type Offer =
  | { wanted: Mode; price: Money }
  | { wanted: "work"; price: Money; days: number; terms: Schemas["WorkTermsView"] }
  | FilesOffer;
export type FilesOffer = { wanted: "files"; price: Money; goods: Schemas["FilesOfferView"]; edition: string };

/** Null: it is not sold this way. */
export function offerOf({ content, edition, work_terms: terms }: Twip, wanted: Wanted): Offer | null {
  if (wanted === "work") {
    const { price, days } = content?.work ?? {};
    return price && days && terms ? { wanted, price, days, terms } : null;
  }
  if (wanted === "files") {
    const goods = content?.files;
    return goods?.price && edition ? { wanted, price: goods.price, goods, edition } : null;
  }
  const price = content?.prices[wanted];
  return price ? { wanted, price } : null;
}

export function notSoldWords(wanted: Wanted | undefined) {
  const words = t().market.confirm;
  return isWhole(wanted) ? words[wanted].notSold : words.noMode;
}

export function NotSold({ id, wanted }: { id: string; wanted?: Wanted }) {
  const words = notSoldWords(wanted);
  useTitle(words.title);
  return (
    <Empty whole icon="search" title={words.title} act={<ButtonLink href={`/twips/${id}`}>{words.way}</ButtonLink>}>
      {words.text}
    </Empty>
  );
}

export function read(id: string): Promise<Twip> {
  return answered(api.GET("/twips/{twip_id}", { params: { path: { twip_id: id } } }));
}

export function NotOffered() {
  const words = t().market.gone;
  useTitle(words.title);
  return (
    <Empty whole icon="search" title={words.title} act={<ButtonLink href="/">{words.way}</ButtonLink>}>
      {words.text}
    </Empty>
  );
}

export function Ahead({ offer }: { offer: Offer }) {
  const { wanted, price } = offer;
  if (wanted === "work") return <WorkAhead days={offer.days} price={price} terms={offer.terms} />;
  return wanted === "files" ? <FilesAhead price={price} /> : <ConsultationAhead mode={wanted} price={price} />;
}

export function days(number: number): string {
  return plural(number, t().common.days);
}

/** What is bought, in a few words. */
export function wayOf(offer: Offer): string {
  const words = t().market;
  if (offer.wanted === "work") return words.work.term(days(offer.days));
  return offer.wanted === "files" ? words.kinds.files : words.modes[offer.wanted];
}

/** What the price is of. */
export function priceName(wanted: Wanted): string {
  const words = t().market.confirm;
  return isWhole(wanted) ? words[wanted].price : words.first;
}

export function Line({ name, value }: { name: string; value: Money }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <LiveText>{money(value)}</LiveText>
      </dd>
    </div>
  );
}

/** What its address asks for. */
export function wantedOf(mode: string | undefined, kind: string | undefined): Wanted | undefined {
  return MODES.find((it) => it === mode) ?? WHOLES.find((it) => it === kind);
}

/** The page is called the same to whoever comes, and from one stage to the next. */
export function Heading({ id }: { id: string }) {
  return (
    <div class="head">
      <p>
        <a class="back" href={`/twips/${id}`}>
          <Icon name="arrow-left" />
          {t().market.confirm.back}
        </a>
      </p>
      <Head title={t().market.confirm.title} />
    </div>
  );
}

/** Whose twip it is, and what is bought of it. */
export function What({ twip, offer }: { twip: Twip; offer: Offer }) {
  const shown = twip.shown_in ? twip.content?.texts[twip.shown_in] : undefined;
  return (
    <div class="row nowraprow">
      <Avatar id={twip.performer.id} name={twip.performer.display_name} />
      <div class="grow">
        <h2 lang={twip.foreign && twip.shown_in ? twip.shown_in : undefined}>{shown?.title}</h2>
        <p class="small muted">
          {twip.performer.display_name} · {wayOf(offer).toLowerCase()}
        </p>
      </div>
    </div>
  );
}

/** The last look before money moves (R27, R29, R30): what is bought, what the account has and lacks, and what happens next. */
import { useState } from "preact/hooks";
import { useLocation, useRoute } from "preact-iso";
import { answered, api, keyed, type Schemas } from "../../api/client.ts";
import { asProblem, Problem } from "../../api/problem.ts";
import { lang, type Money, money, plural, t } from "../../i18n/index.ts";
import { missingFor } from "../../money/amounts.ts";
import { TopUp } from "../../money/topup-form.tsx";
import { Head, SignedIn, useTitle } from "../../shell/page.tsx";
import { useFresh } from "../../state/fresh.ts";
import { balance, me, refreshAccount } from "../../state/me.ts";
import { useMutation, useQuery } from "../../state/query.ts";
import { Button, ButtonLink } from "../../ui/button.tsx";
import { GoodsLine } from "../../ui/goods-line.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Around, LiveText } from "../../ui/live-text.tsx";
import { Banner, Empty, ProblemBanner, toast } from "../../ui/notices.tsx";
import { PageSkeleton } from "../../ui/page-skeleton.tsx";
import { Avatar } from "../../ui/person.tsx";
import { MODES, type Mode } from "../../ui/price.tsx";
import { Goods } from "../market/goods-shown.tsx";
import { ConsultationAhead, FilesAhead, WorkAhead } from "./ahead.tsx";
import "../../styles/market.css";

/** What is ordered of a twip: a consultation in a mode, or the whole of a work, or all files and links. */
type Wanted = Mode | Whole;
type Whole = "work" | "files";
const WHOLES: readonly Whole[] = ["work", "files"];
type Twip = Schemas["TwipPageView"];

export default function OrderConfirmPage() {
  const { id = "", mode } = useRoute().params;
  const { query } = useLocation();
  const wanted = MODES.find((it) => it === mode) ?? WHOLES.find((it) => it === query.kind);
  return (
    <SignedIn>{wanted ? <Found key={`${id} ${wanted}`} id={id} wanted={wanted} /> : <NotSold id={id} />}</SignedIn>
  );
}

function isWhole(wanted: Wanted | undefined): wanted is Whole {
  return wanted === "work" || wanted === "files";
}

/** Where it is ordered. */
function pathOf(id: string, wanted: Wanted): string {
  return isWhole(wanted) ? `/twips/${id}/order?kind=${wanted}` : `/twips/${id}/order/${wanted}`;
}

/** What is confirmed: the offer as the page has it. */
type Offer =
  | { wanted: Mode; price: Money }
  | { wanted: "work"; price: Money; days: number; terms: Schemas["WorkTermsView"] }
  | FilesOffer;
type FilesOffer = { wanted: "files"; price: Money; goods: Schemas["FilesOfferView"]; edition: string };

/** Null: it is not sold this way. */
function offerOf({ content, edition, work_terms: terms }: Twip, wanted: Wanted): Offer | null {
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

function notSoldWords(wanted: Wanted | undefined) {
  const words = t().market.confirm;
  return isWhole(wanted) ? words[wanted].notSold : words.noMode;
}

function NotSold({ id, wanted }: { id: string; wanted?: Wanted }) {
  const words = notSoldWords(wanted);
  useTitle(words.title);
  return (
    <Empty whole icon="search" title={words.title} act={<ButtonLink href={`/twips/${id}`}>{words.way}</ButtonLink>}>
      {words.text}
    </Empty>
  );
}

function read(id: string): Promise<Twip> {
  return answered(api.GET("/twips/{twip_id}", { params: { path: { twip_id: id } } }));
}

function Found({ id, wanted }: { id: string; wanted: Wanted }) {
  const twip = useQuery(() => read(id), [lang(), me.value?.id]);
  // The money may have come while one was away at the provider's.
  useFresh(() => void refreshAccount());
  if (twip.problem?.code === "not_found") return <NotOffered />;
  if (!twip.data) return twip.problem ? <ProblemBanner problem={twip.problem} retry={twip.reload} /> : <PageSkeleton />;
  const offer = offerOf(twip.data, wanted);
  const order = orderOf(twip.data, wanted);
  if (twip.data.sale !== "on_sale" && !order) return <NotOffered />;
  if (!offer && !order) return <NotSold id={id} wanted={wanted} />;
  return (
    <>
      <div class="head">
        <p>
          <a class="back" href={`/twips/${id}`}>
            <Icon name="arrow-left" />
            {t().market.confirm.back}
          </a>
        </p>
        <Head title={t().market.confirm.title} />
      </div>
      {order || !offer ? (
        <Already order={order ?? ""} wanted={wanted} />
      ) : me.value?.id === twip.data.performer.id ? (
        <Own id={id} />
      ) : (
        <Confirm twip={twip.data} offer={offer} />
      )}
    </>
  );
}

/** The order that stands in the way of another: the same work may be ordered again, a second consultation at a time or the same files may not
 * (D9). */
function orderOf({ orders, bought, latest_order }: Twip, wanted: Wanted): string | null | undefined {
  if (wanted === "work") return null;
  if (wanted === "files") return bought ? latest_order : null;
  return orders[wanted];
}

function NotOffered() {
  const words = t().market.gone;
  useTitle(words.title);
  return (
    <Empty whole icon="search" title={words.title} act={<ButtonLink href="/">{words.way}</ButtonLink>}>
      {words.text}
    </Empty>
  );
}

function Already({ order, wanted }: { order: string; wanted: Wanted }) {
  const words = t().market.confirm;
  return (
    <Banner tone="info" act={<ButtonLink href={`/orders/${order}`}>{t().market.open}</ButtonLink>}>
      {wanted === "files" ? words.files.already : words.already}
    </Banner>
  );
}

function Own({ id }: { id: string }) {
  return (
    <Banner tone="info" act={<ButtonLink href={`/twips/${id}/edit`}>{t().market.edit}</ButtonLink>}>
      {t().market.confirm.own}
    </Banner>
  );
}

/** What the press names: what was seen. The days are null of what is no work, the edition of what is no files. */
interface Seen {
  price: Money;
  days: number | null;
  edition: string | null;
}

function seenOf(offer: Offer): Seen {
  const days = offer.wanted === "work" ? offer.days : null;
  return { price: offer.price, days, edition: offer.wanted === "files" ? offer.edition : null };
}

/** What has changed since the page was read. With other files, all of the twip is read again. */
interface Changed extends Partial<Omit<FilesOffer, "wanted">> {
  days?: number;
  twip?: Twip;
}

async function otherFiles(id: string): Promise<Changed> {
  const twip = await read(id);
  const offer = offerOf(twip, "files");
  if (offer?.wanted !== "files") throw new Problem("not_found");
  return { twip, price: offer.price, goods: offer.goods, edition: offer.edition };
}

/** The press that moves money. It names what was seen: the price, the days, the files. Where one has changed, it is asked again. */
export function Confirm({ twip: first, offer: before }: { twip: Twip; offer: Offer }) {
  const { route } = useLocation();
  const [{ twip = first, ...changed }, setChanged] = useState<Changed>({});
  const words = t().market.confirm;
  const offer: Offer = { ...before, ...changed };
  const { wanted, price } = offer;
  const order = useMutation(async (key: string, seen: Seen) => {
    const what = isWhole(wanted) ? { kind: wanted, mode: null } : { kind: "consultation" as const, mode: wanted };
    try {
      const placed = await answered(
        api.POST("/orders", { params: keyed(key), body: { twip_id: twip.id, ...seen, ...what } }),
      );
      void refreshAccount();
      toast(isWhole(wanted) ? words[wanted].placed : words.placed);
      route(`/orders/${placed.id}`, true);
    } catch (error) {
      const problem = asProblem(error);
      if (problem.code === "price_changed") setChanged((was) => ({ ...was, price: problem.facts.price as Money }));
      if (problem.code === "days_changed") setChanged((was) => ({ ...was, days: Number(problem.facts.days) }));
      if (problem.code === "edition_changed") {
        const news = await otherFiles(twip.id);
        setChanged((was) => ({ ...was, ...news }));
      }
      if (problem.code === "insufficient_funds") await refreshAccount();
      throw problem;
    }
  });
  const available = balance.value;
  const missing = available ? missingFor(price.amount_minor, available.amount_minor) : 0;
  const shown = twip.shown_in ? twip.content?.texts[twip.shown_in] : undefined;
  return (
    <div class="two two-even">
      <section class="card stack stack-l" aria-label={t().market.aside}>
        <div class="row nowraprow">
          <Avatar id={twip.performer.id} name={twip.performer.display_name} />
          <div class="grow">
            <h2 lang={twip.foreign && twip.shown_in ? twip.shown_in : undefined}>{shown?.title}</h2>
            <p class="small muted">
              {twip.performer.display_name} · {wayOf(offer).toLowerCase()}
            </p>
          </div>
        </div>
        {offer.wanted === "files" && !changed.edition && <GoodsLine goods={offer.goods} />}
        {offer.wanted === "files" && changed.edition && (
          <>
            <Banner tone="warn" act={<ButtonLink href={`/twips/${twip.id}`}>{words.files.look}</ButtonLink>}>
              {words.files.changed}
            </Banner>
            <Goods goods={offer.goods} />
          </>
        )}
        {price.amount_minor !== before.price.amount_minor && (
          <Banner tone="warn">{words.changed(money(before.price), money(price))}</Banner>
        )}
        {changed.days && before.wanted === "work" && (
          <Banner tone="warn">{words.work.changed(days(before.days), days(changed.days))}</Banner>
        )}
        <dl class="sum" aria-live="polite">
          <Line name={isWhole(wanted) ? words[wanted].price : words.first} value={price} />
          {available && <Line name={words.account} value={available} />}
          {available && (
            <div class="total">
              <dt class="strong">{missing ? words.missing : words.left}</dt>
              <dd class={missing ? "missing" : undefined}>
                <LiveText>
                  {money({ ...price, amount_minor: missing || available.amount_minor - price.amount_minor })}
                </LiveText>
              </dd>
            </div>
          )}
        </dl>
        {missing > 0 && (
          <section class="stack" aria-labelledby="topup">
            <h3 id="topup">{words.topUp}</h3>
            <TopUp
              missing={{ ...price, amount_minor: missing }}
              {...(!isWhole(wanted) && { block: price })}
              next={pathOf(twip.id, wanted)}
            />
          </section>
        )}
        {offer.wanted === "work" && (
          <p class="small order-held">
            <Icon name="shield-check" />
            <span>{t().market.work.held(days(offer.terms.acceptance_days))}</span>
          </p>
        )}
        <Refusal problem={order.problem} twip={twip.id} wanted={wanted} />
        <div class="stack stack-s" hidden={pointless(order.problem)}>
          <Button
            look={missing ? "plain" : "primary"}
            wide
            off={missing > 0}
            busy={order.busy}
            describedBy="why"
            {...(missing ? { icon: "lock" } : {})}
            onPress={() => order.run(seenOf(offer))}
          >
            <Around words={words.go} live={money(price)} />
          </Button>
          <p class="hint" id="why">
            {missing ? words.locked : words.open}
          </p>
        </div>
      </section>
      <Ahead offer={offer} />
    </div>
  );
}

function Ahead({ offer }: { offer: Offer }) {
  const { wanted, price } = offer;
  if (wanted === "work") return <WorkAhead days={offer.days} price={price} terms={offer.terms} />;
  return wanted === "files" ? <FilesAhead price={price} /> : <ConsultationAhead mode={wanted} price={price} />;
}

function days(number: number): string {
  return plural(number, t().common.days);
}

/** What is bought, in a few words. */
function wayOf(offer: Offer): string {
  const words = t().market;
  if (offer.wanted === "work") return words.work.term(days(offer.days));
  return offer.wanted === "files" ? words.kinds.files : words.modes[offer.wanted];
}

function Line({ name, value }: { name: string; value: Money }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <LiveText>{money(value)}</LiveText>
      </dd>
    </div>
  );
}

/** Whether another press could only be refused again. */
function pointless(problem: Problem | undefined): boolean {
  return problem?.code === "already_ordered" || problem?.code === "own_twip" || (!!problem && notSold(problem));
}

/** The author does not sell it this way any more. */
function notSold(problem: Problem): boolean {
  return problem.fields.some((it) => it.code === "not_offered");
}

const SAID_ABOVE = ["price_changed", "days_changed", "edition_changed"];

/** Why the order was refused, with the way out. What has changed is said above, beside what it was. */
function Refusal({ problem, twip, wanted }: { problem: Problem | undefined; twip: string; wanted: Wanted }) {
  if (!problem || SAID_ABOVE.includes(problem.code)) return null;
  if (problem.code === "already_ordered") return <Already order={String(problem.facts.order_id)} wanted={wanted} />;
  if (problem.code === "own_twip") return <Own id={twip} />;
  if (notSold(problem)) {
    const words = notSoldWords(wanted);
    return (
      <Banner tone="warn" act={<ButtonLink href={`/twips/${twip}`}>{words.way}</ButtonLink>}>
        <b>{words.title}.</b> {words.text}
      </Banner>
    );
  }
  return <ProblemBanner problem={problem} />;
}

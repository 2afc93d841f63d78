/** The last look before money moves (R27, R29, R30): what is bought, what the account has and lacks, and what happens next. */
import { useEffect, useRef, useState } from "preact/hooks";
import { useLocation, useRoute } from "preact-iso";
import { asProblem, Problem } from "../../api/problem.ts";
import { lang, type Money, money, t } from "../../i18n/index.ts";
import { missingFor } from "../../money/amounts.ts";
import { keyOfPromise, type Ordered, place } from "../../money/promised.ts";
import { TopUp } from "../../money/topup-form.tsx";
import { useFresh } from "../../state/fresh.ts";
import { balance, me, refreshAccount } from "../../state/me.ts";
import { useMutation, useQuery } from "../../state/query.ts";
import { Button, ButtonLink } from "../../ui/button.tsx";
import { GoodsLine } from "../../ui/goods-line.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Around, LiveText } from "../../ui/live-text.tsx";
import { Banner, ProblemBanner, toast } from "../../ui/notices.tsx";
import { PageSkeleton } from "../../ui/page-skeleton.tsx";
import { Goods } from "../market/goods-shown.tsx";
import {
  Ahead,
  days,
  type FilesOffer,
  Heading,
  isWhole,
  Line,
  NotOffered,
  NotSold,
  notSoldWords,
  type Offer,
  offerOf,
  pathOf,
  priceName,
  read,
  type Twip,
  type Wanted,
  What,
  wantedOf,
} from "./offer.tsx";
import { Stranger } from "./stranger.tsx";

export default function OrderConfirmPage() {
  const { id = "", mode } = useRoute().params;
  const { query } = useLocation();
  const wanted = wantedOf(mode, query.kind);
  const stranger = useRef(false);
  useEffect(() => {
    // The page goes on where it is: for the keyboard and the screen reader it begins anew.
    if (stranger.current && me.value) document.getElementById("main")?.focus();
    stranger.current = me.value === null;
  }, [me.value]);
  if (!wanted) return <NotSold id={id} />;
  if (me.value === undefined) return <PageSkeleton />;
  const key = `${id} ${wanted}`;
  return me.value ? <Found key={key} id={id} wanted={wanted} /> : <Stranger key={key} id={id} wanted={wanted} />;
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
      <Heading id={id} />
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
function seenOf(twip: Twip, offer: Offer): Ordered {
  const { wanted, price } = offer;
  const what = isWhole(wanted) ? { kind: wanted, mode: null } : { kind: "consultation" as const, mode: wanted };
  const seen = { days: wanted === "work" ? offer.days : null, edition: wanted === "files" ? offer.edition : null };
  return { twip_id: twip.id, price, ...seen, ...what };
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
  const order = useMutation(async (key: string, seen: Ordered) => {
    try {
      const placed = await place(seen, keyOfPromise(seen) ?? key);
      void refreshAccount();
      toast(isWhole(wanted) ? words[wanted].placed : words.placed);
      route(`/orders/${placed}`, true);
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
  const seen = seenOf(twip, offer);
  return (
    <div class="two two-even">
      <section class="card stack stack-l" aria-label={t().market.aside}>
        <What twip={twip} offer={offer} />
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
          <Line name={priceName(wanted)} value={price} />
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
              order={seen}
              onPaid={(confirmed) => confirmed && order.run(confirmed)}
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
        {missing === 0 && (
          <div class="stack stack-s" hidden={pointless(order.problem)}>
            <Button look="primary" wide busy={order.busy} describedBy="why" onPress={() => order.run(seen)}>
              <Around words={words.go} live={money(price)} />
            </Button>
            <p class="hint" id="why">
              {words.open}
            </p>
          </div>
        )}
      </section>
      <Ahead offer={offer} />
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

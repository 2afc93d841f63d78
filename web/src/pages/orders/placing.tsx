/** The last look before money moves (R27, R29, R30): what is bought, what the account has and lacks, and what happens next. */
import { useState } from "preact/hooks";
import { useLocation, useRoute } from "preact-iso";
import { answered, api, keyed, type Schemas } from "../../api/client.ts";
import { asProblem, type Problem } from "../../api/problem.ts";
import { lang, type Money, money, t } from "../../i18n/index.ts";
import { missingFor } from "../../money/amounts.ts";
import { TopUp } from "../../money/topup-form.tsx";
import { Head, SignedIn, useTitle } from "../../shell/page.tsx";
import { useFresh } from "../../state/fresh.ts";
import { balance, me, refreshAccount } from "../../state/me.ts";
import { useMutation, useQuery } from "../../state/query.ts";
import { Button, ButtonLink } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Around, LiveText } from "../../ui/live-text.tsx";
import { Banner, Empty, ProblemBanner, toast } from "../../ui/notices.tsx";
import { PageSkeleton } from "../../ui/page-skeleton.tsx";
import { Avatar } from "../../ui/person.tsx";
import { MODES, type Mode } from "../../ui/price.tsx";
import "../../styles/market.css";

export default function OrderConfirmPage() {
  const { id = "", mode: asked } = useRoute().params;
  const mode = MODES.find((it) => it === asked);
  return <SignedIn>{mode ? <Found key={`${id} ${mode}`} id={id} mode={mode} /> : <NotSold id={id} />}</SignedIn>;
}

function NotSold({ id }: { id: string }) {
  const words = t().market.confirm.noMode;
  useTitle(words.title);
  return (
    <Empty whole icon="search" title={words.title} act={<ButtonLink href={`/twips/${id}`}>{words.way}</ButtonLink>}>
      {words.text}
    </Empty>
  );
}

function Found({ id, mode }: { id: string; mode: Mode }) {
  const twip = useQuery(
    () => answered(api.GET("/twips/{twip_id}", { params: { path: { twip_id: id } } })),
    [lang(), me.value?.id],
  );
  // The money may have come while one was away at the provider's.
  useFresh(() => void refreshAccount());
  if (twip.problem?.code === "not_found") return <NotOffered />;
  if (!twip.data) return twip.problem ? <ProblemBanner problem={twip.problem} retry={twip.reload} /> : <PageSkeleton />;
  const price = twip.data.content?.prices[mode];
  const order = twip.data.orders[mode];
  if (twip.data.sale !== "on_sale" && !order) return <NotOffered />;
  if (!price && !order) return <NotSold id={id} />;
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
      {order || !price ? (
        <Already order={order ?? ""} />
      ) : me.value?.id === twip.data.performer.id ? (
        <Own id={id} />
      ) : (
        <Confirm twip={twip.data} mode={mode} asked={price} />
      )}
    </>
  );
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

function Already({ order }: { order: string }) {
  return (
    <Banner tone="info" act={<ButtonLink href={`/orders/${order}`}>{t().market.open}</ButtonLink>}>
      {t().market.confirm.already}
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

/** The press that moves money. It names the price that was seen; where that has changed, it is asked again. */
function Confirm({ twip, mode, asked }: { twip: Schemas["TwipPageView"]; mode: Mode; asked: Money }) {
  const { route } = useLocation();
  const [changed, setChanged] = useState<Money | null>(null);
  const words = t().market.confirm;
  const price = changed ?? asked;
  const order = useMutation(async (key: string, price: Money) => {
    try {
      const placed = await answered(
        api.POST("/orders", { params: keyed(key), body: { twip_id: twip.id, kind: "consultation", mode, price } }),
      );
      void refreshAccount();
      toast(words.placed);
      route(`/orders/${placed.id}`, true);
    } catch (error) {
      const problem = asProblem(error);
      if (problem.code === "price_changed") setChanged(problem.facts.price as Money);
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
              {twip.performer.display_name} · {t().market.modes[mode].toLowerCase()}
            </p>
          </div>
        </div>
        {changed && <Banner tone="warn">{words.changed(money(asked), money(changed))}</Banner>}
        <dl class="sum" aria-live="polite">
          <Line name={words.first} value={price} />
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
              block={price}
              next={`/twips/${twip.id}/order/${mode}`}
            />
          </section>
        )}
        <Refusal problem={order.problem} twip={twip.id} />
        <div class="stack stack-s" hidden={pointless(order.problem)}>
          <Button
            look={missing ? "plain" : "primary"}
            wide
            off={missing > 0}
            busy={order.busy}
            describedBy="why"
            {...(missing ? { icon: "lock" } : {})}
            onPress={() => order.run(price)}
          >
            <Around words={words.go} live={money(price)} />
          </Button>
          <p class="hint" id="why">
            {missing ? words.locked : words.open}
          </p>
        </div>
      </section>
      <Ahead mode={mode} price={price} />
    </div>
  );
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

/** The author has taken this way of talking off the twip meanwhile. */
function notSold(problem: Problem): boolean {
  return problem.fields.some((it) => it.code === "not_offered");
}

/** Why the order was refused, with the way out. A changed price is said above, beside the new one. */
function Refusal({ problem, twip }: { problem: Problem | undefined; twip: string }) {
  if (!problem || problem.code === "price_changed") return null;
  if (problem.code === "already_ordered") return <Already order={String(problem.facts.order_id)} />;
  if (problem.code === "own_twip") return <Own id={twip} />;
  if (notSold(problem)) {
    const words = t().market.confirm.noMode;
    return (
      <Banner tone="warn" act={<ButtonLink href={`/twips/${twip}`}>{words.way}</ButtonLink>}>
        <b>{words.title}.</b> {words.text}
      </Banner>
    );
  }
  return <ProblemBanner problem={problem} />;
}

/** What the press sets going. */
function Ahead({ mode, price }: { mode: Mode; price: Money }) {
  const words = t().market.confirm.next;
  const sum = money(price);
  return (
    <section class="stack" aria-labelledby="next">
      <h2 id="next">{words.title}</h2>
      <ol class="timeline">
        <li class="now">
          {words.confirm}
          <small>{words.confirmText(sum)}</small>
        </li>
        <li>
          {words.call}
          <small>{words.callText}</small>
        </li>
        <li>
          {words.clock[mode]}
          <small>{words.clockText[mode]}</small>
        </li>
        <li>
          {words.block}
          <small>{words.blockText(sum)}</small>
        </li>
      </ol>
    </section>
  );
}

/** An order for its two sides (R34 to R38, D8, E13): what was bought, what can be done, and what came of it. */
import { useEffect } from "preact/hooks";
import { useRoute } from "preact-iso";
import { answered, api, type Schemas } from "../../api/client.ts";
import { lang, moment, money, percent, t } from "../../i18n/index.ts";
import { shareOf } from "../../market/order-rules.ts";
import { paragraphs, textFor } from "../../market/texts.ts";
import { SignedIn, useTitle } from "../../shell/page.tsx";
import { socket } from "../../socket/socket.ts";
import { useFresh } from "../../state/fresh.ts";
import { type Query, useQuery } from "../../state/query.ts";
import { ButtonLink } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Empty, ProblemBanner } from "../../ui/notices.tsx";
import { PageSkeleton } from "../../ui/page-skeleton.tsx";
import { Avatar } from "../../ui/person.tsx";
import { KINDS } from "./kinds.ts";
import { State } from "./orders.tsx";
import "../../styles/market.css";

type Order = Schemas["OrderPage"];

const PRESENCE_MS = 15_000;

export default function OrderPage() {
  const { id = "" } = useRoute().params;
  return (
    <SignedIn>
      <Found key={id} id={id} />
    </SignedIn>
  );
}

function Found({ id }: { id: string }) {
  const order = useQuery(() => answered(api.GET("/orders/{order_id}", { params: { path: { order_id: id } } })), []);
  useFresh(order.reload, PRESENCE_MS);
  useEffect(
    () =>
      socket.on("order.updated", ({ order_id }) => {
        if (order_id === id) order.reload();
      }),
    [],
  );
  if (order.problem?.code === "not_found") return <Gone />;
  if (!order.data)
    return order.problem ? <ProblemBanner problem={order.problem} retry={order.reload} /> : <PageSkeleton />;
  return <Page order={order.data} query={order} />;
}

function Gone() {
  const words = t().market.page.gone;
  useTitle(words.title);
  return (
    <Empty whole icon="list" title={words.title} act={<ButtonLink href="/orders">{words.way}</ButtonLink>}>
      {words.text}
    </Empty>
  );
}

export function Page({ order, query }: { order: Order; query: Query<Order> }) {
  const words = t().market.page;
  const kind = KINDS[order.kind];
  const title = textFor(order.title, lang());
  useTitle(title.text);
  return (
    <div class="stack stack-l">
      <div class="head nomb">
        <p>
          <a class="back" href={order.role === "customer" ? "/orders" : "/orders?role=performer"}>
            <Icon name="arrow-left" />
            {words.back[order.role]}
          </a>
        </p>
        <h1 lang={title.lang}>{title.text}</h1>
        <p class="row">
          <State state={order.state} />
          {kind && (
            <span class="badge">
              <kind.Name order={order} />
            </span>
          )}
        </p>
      </div>
      <ProblemBanner problem={query.problem} retry={query.reload} />
      <div class="two two-aside order-page">
        <div class="stack stack-l">
          <Facts order={order} />
        </div>
        {kind && (
          <aside class="card stack sticky" aria-label={kind.doing()}>
            <kind.Doing order={order} query={query} />
          </aside>
        )}
        <div class="stack stack-l">
          {kind && <kind.History order={order} />}
          <Bought order={order} />
        </div>
      </div>
    </div>
  );
}

function Facts({ order }: { order: Order }) {
  const words = t().market.page;
  const kind = KINDS[order.kind];
  const customer = order.role === "customer";
  const rows: Array<[string, string]> = [
    [kind?.priceName() ?? words.price, money(order.price)],
    ...(customer
      ? []
      : ([
          [words.commission, percent(order.commission_bps)],
          [words.share, money(shareOf(order.price, order.commission_bps))],
        ] as Array<[string, string]>)),
    [words.placed, moment(order.created_at)],
    ...(order.ended_at ? ([[words.ended, moment(order.ended_at)]] as Array<[string, string]>) : []),
  ];
  return (
    <section class="card stack" aria-labelledby="facts">
      <h2 class="sr" id="facts">
        {words.facts}
      </h2>
      <div class="row nowraprow">
        <Avatar id={customer ? order.performer_id : order.customer_id} name={order.other_name} />
        <div class="grow">
          <p class="strong">{order.other_name}</p>
          <p class="small muted">{customer ? words.performer : words.customer}</p>
        </div>
      </div>
      <dl class="sum">
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt class="muted">{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {kind && <kind.Facts order={order} />}
    </section>
  );
}

/** The text as it was bought (D10). */
function Bought({ order }: { order: Order }) {
  const words = t().market.page;
  const text = textFor(order.description, lang());
  return (
    <section class="stack stack-s" aria-labelledby="bought">
      <h2 id="bought">{words.bought}</h2>
      {paragraphs(text.text).map((part, n) => (
        <p class="prose" lang={text.lang} key={n}>
          {part}
        </p>
      ))}
      <p>
        <a class="back" href={`/twips/${order.twip_id}`}>
          {words.twip}
        </a>
      </p>
    </section>
  );
}

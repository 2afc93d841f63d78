/** An order for its two sides (R34 to R38, D8, E13): what was bought, what can be done, and what came of it. */
import { useEffect } from "preact/hooks";
import { useRoute } from "preact-iso";
import { answered, api, type Schemas } from "../../api/client.ts";
import { lang, t } from "../../i18n/index.ts";
import { textFor } from "../../market/texts.ts";
import { SignedIn, useTitle } from "../../shell/page.tsx";
import { socket } from "../../socket/socket.ts";
import { useFresh } from "../../state/fresh.ts";
import { type Query, useQuery } from "../../state/query.ts";
import { ButtonLink } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Empty, ProblemBanner } from "../../ui/notices.tsx";
import { PageSkeleton } from "../../ui/page-skeleton.tsx";
import { KINDS } from "./kinds.ts";
import { State } from "./orders.tsx";
import { Bought } from "./parts.tsx";
import { OrderReview } from "./review.tsx";
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
  // An order of files is over at once: first come the files, then what one thinks of them.
  const over = order.ended_at !== null && order.kind !== "files";
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
      {over && <OrderReview order={order} query={query} />}
      {kind ? <kind.Whole order={order} query={query} /> : <Bought order={order} />}
      {!over && <OrderReview order={order} query={query} />}
    </div>
  );
}

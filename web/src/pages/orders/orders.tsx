/** What I ordered, and what was ordered from me (R32, R38, R62). */
import { useEffect, useRef } from "preact/hooks";
import { useLocation } from "preact-iso";
import { answered, api, type Schemas } from "../../api/client.ts";
import { day, lang, number, t } from "../../i18n/index.ts";
import { replaced } from "../../market/order-rules.ts";
import { textFor } from "../../market/texts.ts";
import { Head, SignedIn } from "../../shell/page.tsx";
import { socket } from "../../socket/socket.ts";
import { useFresh } from "../../state/fresh.ts";
import { usePages } from "../../state/query.ts";
import { Button, ButtonLink } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Empty, ProblemBanner, Skeleton } from "../../ui/notices.tsx";
import { Avatar } from "../../ui/person.tsx";
import { Cabinet } from "./cabinet.tsx";
import { KINDS } from "./kinds.ts";
import "../../styles/market.css";

type Order = Schemas["OrderCard"];
type Side = Schemas["Side"];

const PAGE = 20;
const PRESENCE_MS = 20_000;

export default function OrdersPage() {
  const { url } = useLocation();
  const performer = new URLSearchParams(url.split("?")[1] ?? "").get("role") === "performer";
  return (
    <SignedIn>
      <Orders key={String(performer)} role={performer ? "performer" : "customer"} />
    </SignedIn>
  );
}

function Orders({ role }: { role: Side }) {
  const words = t().market.orders;
  const orders = usePages(
    (cursor) =>
      answered(api.GET("/orders", { params: { query: { role, limit: PAGE, ...(cursor ? { cursor } : {}) } } })),
    [role],
  );
  // Who can be called changes by itself. Once more pages are open they stay as they are until something is told.
  useFresh(orders.reload, (orders.data?.length ?? 0) <= PAGE ? PRESENCE_MS : undefined);
  useUpdates(orders);
  const empty = words.empty[role];
  return (
    <div class="stack stack-l">
      <div class="nomb">
        <Head title={role === "customer" ? words.mine : words.sales} />
      </div>
      <Cabinet at={role === "customer" ? "orders" : "sales"} />
      <ProblemBanner problem={orders.problem} retry={orders.reload} />
      {!orders.data && !orders.problem && <Skeleton />}
      {orders.data?.length === 0 && (
        <Empty
          icon="list"
          title={empty.title}
          act={<ButtonLink href={role === "customer" ? "/" : "/add"}>{empty.way}</ButtonLink>}
        >
          {empty.text}
        </Empty>
      )}
      {orders.data && orders.data.length > 0 && (
        <ul class="results" aria-busy={orders.loading}>
          {orders.data.map((order) => (
            <li key={order.id}>
              <Card order={order} />
            </li>
          ))}
        </ul>
      )}
      {orders.more && (
        <p>
          <Button onPress={orders.more} busy={orders.loadingMore}>
            {t().common.more}
          </Button>
        </p>
      )}
    </div>
  );
}

/** An order of which something is told is read again in its place; one that is new brings the list anew. */
function useUpdates(orders: { data: Order[] | undefined; put: (data: Order[]) => void; reload: () => void }): void {
  const latest = useRef(orders);
  latest.current = orders;
  useEffect(
    () =>
      socket.on("order.updated", async ({ order_id }) => {
        if (!latest.current.data?.some(({ id }) => id === order_id)) return latest.current.reload();
        try {
          const newer = await answered(api.GET("/orders/{order_id}", { params: { path: { order_id } } }));
          latest.current.put(replaced(latest.current.data ?? [], newer));
        } catch {
          latest.current.reload();
        }
      }),
    [],
  );
}

/** An order in a list. The card leads to its page; the button of its kind to what it is for: a call, while that is possible (R38). */
export function Card({ order }: { order: Order }) {
  const words = t().market;
  const kind = KINDS[order.kind];
  const title = textFor(order.title, lang());
  const other = order.role === "customer" ? order.performer_id : order.customer_id;
  return (
    <article class={`card twip order${order.ended_at === null ? "" : " order-over"}`}>
      <Avatar id={other} name={order.other_name} />
      <div class="twip-body">
        <h2 class="order-title" lang={title.lang}>
          <a href={`/orders/${order.id}`}>{title.text}</a>
        </h2>
        <p class="twip-by">
          <span>{order.other_name}</span>
          {kind && (
            <span class="order-mode">
              <kind.Name order={order} />
            </span>
          )}
          <span class="muted">{words.orders.placed(day(order.created_at))}</span>
        </p>
        <p class="row small">
          <State state={order.state} />
          {order.dispute_id !== null ? <Disputed /> : kind && <kind.Standing order={order} />}
          {order.unread > 0 && <span class="badge badge-accent">{t().disputes.unread(number(order.unread))}</span>}
        </p>
      </div>
      {kind && (
        <div class="twip-prices order-side">
          <p class="price">
            <kind.Price order={order} />
          </p>
          <kind.Way order={order} />
        </div>
      )}
    </article>
  );
}

/** That it rests. */
function Disputed() {
  return (
    <span class="badge badge-warn">
      <Icon name="scale" />
      {t().disputes.onOrder.badge}
    </span>
  );
}

/** The state in a word. */
export function State({ state }: { state: Order["state"] }) {
  return (
    <span class={state === "open" ? "badge badge-good" : "badge"}>
      {state === "open" && <Icon name="circle-check" />}
      {t().market.states[state]}
    </span>
  );
}

/** What I ordered, and what was ordered from me (R32, R38, R62, R82). */
import { useEffect, useRef } from "preact/hooks";
import { useLocation } from "preact-iso";
import { answered, api, type Schemas } from "../../api/client.ts";
import { day, lang, number, t } from "../../i18n/index.ts";
import { replaced } from "../../market/order-rules.ts";
import { addressOf, isNarrow, queryOf, type Side, type Sought, soughtIn } from "../../market/seeking.ts";
import { textFor } from "../../market/texts.ts";
import { Head, SignedIn } from "../../shell/page.tsx";
import { socket } from "../../socket/socket.ts";
import { useFresh } from "../../state/fresh.ts";
import { useFull } from "../../state/full.ts";
import { usePages } from "../../state/query.ts";
import { Button, ButtonLink } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Empty, ProblemBanner, Skeleton } from "../../ui/notices.tsx";
import { Avatar } from "../../ui/person.tsx";
import { Cabinet } from "./cabinet.tsx";
import { Filters, NoneSuch } from "./filters.tsx";
import { KINDS } from "./kinds.ts";
import "../../styles/market.css";
import "../../styles/lists.css";

type Order = Schemas["OrderCard"];

const PAGE = 20;
const PRESENCE_MS = 20_000;

export default function OrdersPage() {
  const { url } = useLocation();
  const sought = soughtIn(url.split("?")[1] ?? "");
  return (
    <SignedIn>
      <Orders key={sought.role} sought={sought} />
    </SignedIn>
  );
}

export function Orders({ sought }: { sought: Sought }) {
  const { role } = sought;
  const words = t().market.orders;
  const narrow = isNarrow(sought);
  const question = [addressOf(sought)];
  const read = usePages((cursor) => {
    const query = { ...queryOf(sought), limit: PAGE, ...(cursor ? { cursor } : {}) };
    return answered(api.GET("/orders", { params: { query } }));
  }, question);
  const orders = useFull(read, PAGE, question);
  // Who can be called changes by itself. Once more pages are open they stay as they are until something is told.
  useFresh(orders.reload, orders.pages === 1 ? PRESENCE_MS : undefined);
  useUpdates(orders, narrow);
  const found = orders.data ?? [];
  const none = orders.data?.length === 0 && !orders.more && !orders.stale;
  return (
    <div class="stack stack-l">
      <div class="nomb">
        <Head title={role === "customer" ? words.mine : words.sales} />
      </div>
      <Cabinet at={role === "customer" ? "orders" : "sales"} />
      {(narrow || found.length > 0 || orders.stale) && <Filters sought={sought} />}
      {narrow && orders.data && (
        <Found count={found.length} more={orders.more !== null} searching={orders.loadingMore} />
      )}
      <ProblemBanner problem={orders.problem} retry={orders.reload} />
      {found.length === 0 && !none && !orders.problem && <Skeleton />}
      {none && (narrow ? <NoneSuch sought={sought} /> : <NoneYet role={role} />)}
      {found.length > 0 && (
        <ul class="results" aria-busy={orders.loading}>
          {found.map((order) => (
            <li key={order.id}>
              <Card order={order} />
            </li>
          ))}
        </ul>
      )}
      {orders.more && found.length > 0 && (
        <p>
          <Button onPress={orders.more} busy={orders.loadingMore}>
            {t().common.more}
          </Button>
        </p>
      )}
    </div>
  );
}

/** How many are found, also for whoever does not see them come. */
function Found({ count, more, searching }: { count: number; more: boolean; searching: boolean }) {
  const words = t().market.orders.filters;
  return (
    <p class={count > 0 || searching ? "small muted" : "sr"} role="status">
      {searching ? words.searching : words.found(number(count), more)}
    </p>
  );
}

/** The place where the first will stand. */
function NoneYet({ role }: { role: Side }) {
  const empty = t().market.orders.empty[role];
  return (
    <Empty
      icon="list"
      title={empty.title}
      act={<ButtonLink href={role === "customer" ? "/" : "/add"}>{empty.way}</ButtonLink>}
    >
      {empty.text}
    </Empty>
  );
}

/**
 * An order of which something is told is read again in its place; one that is new brings the list anew. So does any where only some are
 * looked for: it may be one of them now, or no more.
 */
function useUpdates(
  orders: { data: Order[] | undefined; put: (data: Order[]) => void; reload: () => void },
  narrow: boolean,
): void {
  const latest = useRef({ ...orders, narrow });
  latest.current = { ...orders, narrow };
  useEffect(
    () =>
      socket.on("order.updated", async ({ order_id }) => {
        const { data, narrow } = latest.current;
        if (narrow || !data?.some(({ id }) => id === order_id)) return latest.current.reload();
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

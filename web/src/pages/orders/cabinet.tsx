/** The way between what I ordered, what was ordered from me, what was written in either, and the disputes, with what is new in each. */
import { t } from "../../i18n/index.ts";
import { unread } from "../../state/unread.ts";
import { UnreadCount } from "../../ui/unread-count.tsx";

type Drawer = "orders" | "sales" | "messages" | "disputes";

const HREF: Record<Drawer, string> = {
  orders: "/orders",
  sales: "/orders?role=performer",
  messages: "/messages",
  disputes: "/disputes",
};

export function Cabinet({ at }: { at: Drawer }) {
  const names: Record<Drawer, string> = {
    orders: t().market.orders.mine,
    sales: t().market.orders.sales,
    messages: t().market.messages.title,
    disputes: t().common.disputes,
  };
  const news = unread.value ?? { orders: 0, sales: 0, disputes: 0 };
  const counts: Record<Drawer, number> = { ...news, messages: news.orders + news.sales };
  return (
    <nav class="seg" aria-label={t().market.orders.which}>
      {(["orders", "sales", "messages", "disputes"] as const).map((drawer) => (
        <a key={drawer} href={HREF[drawer]} aria-current={drawer === at ? "page" : undefined}>
          {names[drawer]}
          <UnreadCount count={counts[drawer]} />
        </a>
      ))}
    </nav>
  );
}

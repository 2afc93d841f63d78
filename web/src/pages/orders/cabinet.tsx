/** The way between what I ordered, what was ordered from me, and the disputes about either, with what is new in each. */
import { t } from "../../i18n/index.ts";
import { unread } from "../../state/unread.ts";
import { UnreadCount } from "../../ui/unread-count.tsx";

type Drawer = "orders" | "sales" | "disputes";

const HREF: Record<Drawer, string> = {
  orders: "/orders",
  sales: "/orders?role=performer",
  disputes: "/disputes",
};

export function Cabinet({ at }: { at: Drawer }) {
  const names: Record<Drawer, string> = {
    orders: t().market.orders.mine,
    sales: t().market.orders.sales,
    disputes: t().common.disputes,
  };
  return (
    <nav class="seg" aria-label={t().market.orders.which}>
      {(["orders", "sales", "disputes"] as const).map((drawer) => (
        <a key={drawer} href={HREF[drawer]} aria-current={drawer === at ? "page" : undefined}>
          {names[drawer]}
          <UnreadCount count={unread.value?.[drawer] ?? 0} />
        </a>
      ))}
    </nav>
  );
}

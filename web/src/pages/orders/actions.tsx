/**
 * What the two sides can do with an order. A row an action: its words, its icon, what it does, what is asked before it. The list of orders
 * and an order's page draw their buttons from the row.
 */
import { answered, api, keyed, type Schemas } from "../../api/client.ts";
import { money, t } from "../../i18n/index.ts";
import { consulted } from "../../market/order-rules.ts";
import { Button, ButtonLink } from "../../ui/button.tsx";
import { MODE_ICON } from "../../ui/price.tsx";

type Order = Schemas["OrderCard"];

export type LeadingAction = "call" | "again";
/** Those that are done by a question and a press. */
export type ChangingAction = Extract<Order["acts"][number], "cancel" | "close">;

interface Shown {
  label: (order: Order) => string;
  icon?: (order: Order) => string;
  look?: "primary";
}

/** An action that leads to another page. */
interface Leading extends Shown {
  /** `limit`: of the call, in blocks. */
  href: (order: Order, limit: number | null) => string;
}

/** An action that changes the order, after a question. */
interface Changing extends Shown {
  question: (order: Order) => { title: string; text: string; stay: string; go: string };
  /** Throws Problem. */
  send: (orderId: string, key: string) => Promise<Schemas["OrderView"]>;
  done: (order: Order) => string;
}

const LEADING: Record<LeadingAction, Leading> = {
  call: {
    label: ({ role, consultation }) => {
      const words = t().market.orders;
      if (consultation && consultation.live_session_id === null) return words.start[consultation.mode];
      return role === "customer" ? words.live : words.liveSale;
    },
    icon: ({ consultation }) => MODE_ICON[consultation?.mode ?? "video"],
    look: "primary",
    href: ({ id }, limit) => `/call/${id}${limit === null ? "" : `?limit=${limit}`}`,
  },
  again: {
    label: () => t().market.page.again,
    href: ({ twip_id }) => `/twips/${twip_id}`,
  },
};

export const CHANGING: Record<ChangingAction, Changing> = {
  /** The question says what sum returns (R35). */
  cancel: {
    label: () => t().market.page.cancel,
    question: ({ price }) => {
      const { title, text, stay, go } = t().market.page.cancelAsk;
      return { title, text: text(money(price)), stay, go: go(money(price)) };
    },
    send: (orderId, key) => answered(api.POST("/orders/{order_id}/cancel", { params: params(orderId, key) })),
    done: ({ price }) => t().market.page.cancelAsk.done(money(price)),
  },
  /** The question says that none does (D8). */
  close: {
    label: () => t().market.page.close,
    question: ({ role }) => {
      const { title, text, stay, go } = t().market.page.closeAsk;
      return { title, text: text[role], stay, go };
    },
    send: (orderId, key) => answered(api.POST("/orders/{order_id}/close", { params: params(orderId, key) })),
    done: () => t().market.page.closeAsk.done,
  },
};

function params(orderId: string, key: string) {
  return { path: { order_id: orderId }, ...keyed(key) };
}

/** What the reader can do with this order now. */
export function actionsOf(order: Order): ReadonlySet<LeadingAction | ChangingAction> {
  const over = order.ended_at !== null;
  const leading: LeadingAction[] = [
    ...(!over && canCall(order) ? (["call"] as const) : []),
    ...(over && order.role === "customer" ? (["again"] as const) : []),
  ];
  return new Set([...leading, ...order.acts.filter((act): act is ChangingAction => act in CHANGING)]);
}

function canCall(order: Order): boolean {
  if (!consulted(order)) return false;
  const { live_session_id, callable } = order.consultation;
  return live_session_id !== null || (order.role === "customer" && callable);
}

/** The way there, as a button. */
export function ActionLink(props: { action: LeadingAction; order: Order; wide?: boolean; limit?: number | null }) {
  const { action, order, wide, limit = null } = props;
  const row = LEADING[action];
  return (
    <ButtonLink
      href={row.href(order, limit)}
      {...(row.look && { look: row.look })}
      {...(row.icon && { icon: row.icon(order) })}
      {...(wide && { wide })}
    >
      {row.label(order)}
    </ButtonLink>
  );
}

/** The button that asks first. `why`: the id of the text that says why it cannot be pressed. */
export function ActionButton(props: {
  action: ChangingAction;
  order: Order;
  off: boolean;
  why: string;
  onPress: () => void;
}) {
  return (
    <Button wide off={props.off} describedBy={props.why} onPress={props.onPress}>
      {CHANGING[props.action].label(props.order)}
    </Button>
  );
}

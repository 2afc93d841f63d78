/** What an order of a consultation adds: its mode and its prepaid block, its calls, and why there is none. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { Schemas } from "../../api/client.ts";
import { money, t } from "../../i18n/index.ts";
import { type Consulted, consulted } from "../../market/order-rules.ts";
import type { Query } from "../../state/query.ts";
import { Button } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Banner } from "../../ui/notices.tsx";
import { MODE_ICON } from "../../ui/price.tsx";
import { Unpaid } from "../../ui/unpaid.tsx";
import { LimitChoice } from "../call/limit-choice.tsx";
import { DisputeOpen, DisputesPast } from "../disputes/on-order.tsx";
import { ActionButton, ActionLink, actionsOf, type ChangingAction } from "./actions.tsx";
import { Ask } from "./ask.tsx";
import { CallOrReason } from "./call-or-reason.tsx";
import type { OrderKind } from "./kinds.ts";
import { Bought, Facts } from "./parts.tsx";
import { Sessions } from "./sessions.tsx";

type Card = Consulted;
type Page = Consulted<Schemas["OrderPage"]>;

/** How it is held. */
function ModeName({ order: { consultation } }: { order: Card }) {
  return (
    <>
      <Icon name={MODE_ICON[consultation.mode]} />
      {t().market.modes[consultation.mode]}
    </>
  );
}

/** In a list: where the prepaid block is. */
function Standing({ order: { state, consultation } }: { order: Card }) {
  const words = t().market.prepaid;
  if (state === "closed") return null;
  return <span class="muted">{state === "open" ? words[consultation.prepaid] : words.returned}</span>;
}

function PrepaidBlock({ order }: { order: Page }) {
  const words = t().market.page;
  const { prepaid } = order.consultation;
  return (
    <div class="order-prepaid">
      <Icon name={prepaid === "held" ? "clock" : prepaid === "used" ? "check" : "undo-2"} />
      <p>
        <b>{words.prepaid}.</b> {words.prepaidText[order.role][prepaid]}
        {order.state === "open" && prepaid === "used" && ` ${words.further[order.role]}`}
      </p>
    </div>
  );
}

/** What can be done now. */
function Doing({ order, query }: { order: Page; query: Query<Schemas["OrderPage"]> }) {
  const [asking, setAsking] = useState<ChangingAction | null>(null);
  const [limit, setLimit] = useState<number | null>(null);
  const words = t().market.page;
  const open = order.state === "open";
  const { live_session_id, callable, mode, unpaid_left } = order.consultation;
  const live = live_session_id !== null;
  const rests = order.dispute_id !== null;
  const actions = actionsOf(order);
  const ending = (["cancel", "close"] as const).find((action) => actions.has(action));
  return (
    <>
      {!open && (
        <>
          <p class="muted">{words.over[order.role]}</p>
          {actions.has("again") && <ActionLink action="again" order={order} wide />}
        </>
      )}
      {live && open && <Banner tone="info">{words.liveNow}</Banner>}
      {open && <Unpaid side={order.role} left={unpaid_left} />}
      <DisputeOpen order={order} />
      {!rests && <CallOrReason order={order} wide limit={limit} />}
      {order.role === "customer" && !live && actions.has("call") && (
        <LimitChoice chosen={limit} price={order.price} onChoose={setLimit} />
      )}
      {open && !rests && order.role === "customer" && !live && !callable && <Locked mode={mode} />}
      {open && !rests && order.role === "performer" && !live && <p class="small muted">{words.waitForCall}</p>}
      {ending && (
        <>
          <ActionButton action={ending} order={order} off={live} why="why-not" onPress={() => setAsking(ending)} />
          {live && (
            <p class="hint" id="why-not">
              {words.cancelWhy}
            </p>
          )}
        </>
      )}
      {asking && <Ask action={asking} order={order} query={query} onClose={() => setAsking(null)} />}
    </>
  );
}

/** The call that cannot be made yet. Whoever waits on the button has the open one under their hand when it comes. */
function Locked({ mode }: { mode: Schemas["Mode"] }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(
    () => () => {
      if (!box.current?.contains(document.activeElement)) return;
      setTimeout(() => document.querySelector<HTMLElement>('main a[href^="/call/"]')?.focus());
    },
    [],
  );
  return (
    <div class="stack stack-s" ref={box}>
      <Button wide off icon={MODE_ICON[mode]} describedBy="not-now" onPress={() => {}}>
        {t().market.orders.start[mode]}
      </Button>
      <p class="hint" id="not-now">
        {t().market.page.notNow}
      </p>
    </div>
  );
}

/** What can be done stands beside; what was bought and what came of it below. */
function Whole({ order, query }: { order: Page; query: Query<Schemas["OrderPage"]> }) {
  return (
    <div class="two two-aside order-page">
      <div class="stack stack-l">
        <Facts order={order}>
          <PrepaidBlock order={order} />
        </Facts>
      </div>
      <aside class="card stack sticky" aria-label={t().market.page.calling}>
        <Doing order={order} query={query} />
      </aside>
      <div class="stack stack-l">
        <DisputesPast order={order} />
        <Sessions order={order} />
        <Bought order={order} />
      </div>
    </div>
  );
}

export const CONSULTATION: OrderKind = {
  Name: ({ order }) => consulted(order) && <ModeName order={order} />,
  Standing: ({ order }) => consulted(order) && <Standing order={order} />,
  Price: ({ order }) => (
    <>
      {money(order.price, "round")} <small>{t().common.perBlock}</small>
    </>
  ),
  Way: ({ order }) => consulted(order) && <CallOrReason order={order} />,
  Whole: ({ order, query }) => consulted(order) && <Whole order={order} query={query} />,
};

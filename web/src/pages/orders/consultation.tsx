/** What an order of a consultation adds: its calls, and why there is none. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { Schemas } from "../../api/client.ts";
import { t } from "../../i18n/index.ts";
import type { Query } from "../../state/query.ts";
import { Button } from "../../ui/button.tsx";
import { Banner } from "../../ui/notices.tsx";
import { MODE_ICON } from "../../ui/price.tsx";
import { Unpaid } from "../../ui/unpaid.tsx";
import { ActionButton, ActionLink, actionsOf, type ChangingAction } from "./actions.tsx";
import { Ask } from "./ask.tsx";
import { CallOrReason } from "./call-or-reason.tsx";

type Order = Schemas["OrderPage"];

/** What can be done now. */
export function Consulting({ order, query }: { order: Order; query: Query<Order> }) {
  const [asking, setAsking] = useState<ChangingAction | null>(null);
  const words = t().market.page;
  const open = order.state === "open";
  const live = order.live_session_id !== null;
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
      {open && <Unpaid side={order.role} left={order.unpaid_left} />}
      <CallOrReason order={order} wide />
      {open && order.role === "customer" && !live && !order.callable && <Locked mode={order.mode} />}
      {open && order.role === "performer" && !live && <p class="small muted">{words.waitForCall}</p>}
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
function Locked({ mode }: { mode: Order["mode"] }) {
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

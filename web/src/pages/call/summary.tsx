/** The end: why, for how long, for how much, and what next (R57, R58, E13). */

import { signal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { answered, api } from "../../api/client.ts";
import { duration, money, plural, t } from "../../i18n/index.ts";
import { shareOf } from "../../market/order-rules.ts";
import { NO_CHAT, recalled } from "../../session/chat.ts";
import type { CurrentSession } from "../../session/current-session.ts";
import type { SessionState } from "../../session/state.ts";
import { useQuery } from "../../state/query.ts";
import { ButtonLink } from "../../ui/button.tsx";
import { Avatar } from "../../ui/person.tsx";
import { MODE_ICON } from "../../ui/price.tsx";
import { Unpaid } from "../../ui/unpaid.tsx";
import { Log } from "./chat-log.tsx";
import type { Facts } from "./facts.ts";

export function Summary({ facts, state, session }: { facts: Facts; state: SessionState; session?: CurrentSession }) {
  const { order } = facts;
  const { id } = facts.session;
  const side = order.role;
  const words = t().call.summary;
  const ending = state.ending;
  const old = useMemo(() => signal(NO_CHAT), [id]);
  const transcript = useQuery(
    () =>
      answered(
        api.GET("/sessions/{session_id}/transcript", {
          params: { path: { session_id: id }, query: { limit: 100 } },
        }),
      ),
    [id],
  );
  useEffect(() => {
    if (transcript.data) old.value = recalled(session?.conversation.chat.peek() ?? NO_CHAT, transcript.data.items);
  }, [transcript.data]);
  // What the order now says of its prepaid block decides whether the next call is paid from its first second.
  const now = useQuery(
    () => answered(api.GET("/orders/{order_id}", { params: { path: { order_id: order.id } } })),
    [order.id],
  );
  // It takes the place of the talk: whoever listens to the page hears so.
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  if (!ending) return null;
  const sum = (minor: number) => money({ amount_minor: minor, currency: order.price.currency });
  const blockMinor =
    side === "customer" ? order.price.amount_minor : shareOf(order.price, order.commission_bps).amount_minor;
  // The performer keeps what was given back to the customer (E15).
  const blocks = ending.billedBlocks + (side === "customer" ? 0 : ending.returnedBlocks);
  const total = side === "customer" ? ending.billedMinor : blockMinor * blocks;
  const poor = side === "customer" && ending.reason === "insufficient_funds";
  const again = side === "customer" && (now.data ?? order).state === "open" && ending.unpaidLeft !== 0;
  return (
    <div class="summary">
      <section class="card stack" aria-labelledby="summary-title">
        <div class="row nowraprow">
          <Avatar id={side === "customer" ? order.performer_id : order.customer_id} name={order.other_name} />
          <div>
            <h1 class="summary-title" id="summary-title" tabIndex={-1} ref={heading}>
              {words.title}
            </h1>
            <p class="small muted">{order.other_name}</p>
          </div>
        </div>
        <p>{words.reasons[ending.reason][side]}</p>
        {ending.reason === "service_outage" && (
          <p>{ending.returnedBlocks > 0 ? words.outage.returned[side] : words.outage.untouched[side]}</p>
        )}
        <dl class="sum">
          <div>
            <dt>{words.duration}</dt>
            <dd>{duration(ending.durationMs)}</dd>
          </div>
          {side === "customer" && ending.returnedMinor > 0 && (
            <div>
              <dt>{words.returned}</dt>
              <dd>{sum(ending.returnedMinor)}</dd>
            </div>
          )}
          <div class="total">
            <dt>
              {side === "customer" ? words.paid : words.earned}
              {total > 0 && <small class="summary-blocks">{plural(blocks, words.blocks)}</small>}
            </dt>
            <dd>{total > 0 || side === "performer" ? sum(total) : t().call.free}</dd>
          </div>
        </dl>
        {ending.reason === "void" && side === "customer" && (
          <p class="small muted">
            {ending.by.length > 1 ? words.voidBoth : ending.by[0] === "customer" ? words.voidSpent : words.voidKept}
          </p>
        )}
        <Unpaid side={side} left={ending.unpaidLeft} />
        <div class="row">
          {poor && (
            <ButtonLink look="primary" icon="wallet" href="/finances">
              {t().call.topUpTo}
            </ButtonLink>
          )}
          {again && (
            <ButtonLink
              look={poor ? "plain" : "primary"}
              icon={MODE_ICON[order.consultation.mode]}
              href={`/call/${order.id}`}
            >
              {words.again[order.consultation.mode]}
            </ButtonLink>
          )}
          <ButtonLink look={again ? "plain" : "primary"} href={`/orders/${order.id}`}>
            {t().call.toOrder}
          </ButtonLink>
        </div>
      </section>
      {transcript.loading && order.consultation.mode === "text" && (
        <section class="stack summary-log" aria-busy="true">
          <h2>{t().call.chat.log}</h2>
          <div class="skeleton sk-2" aria-hidden="true" />
        </section>
      )}
      {old.value.messages.length > 0 && (
        <section class="stack summary-log">
          <h2>{t().call.chat.log}</h2>
          <Log chat={old.value} side={side} t0Ms={order.consultation.mode === "text" ? state.t0Ms : null} />
        </section>
      )}
    </div>
  );
}

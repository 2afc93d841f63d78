/** A text session (R51): messages with their marks, and the line where the clock started. */
import { useRef } from "preact/hooks";
import { t } from "../../i18n/index.ts";
import type { CurrentSession } from "../../session/current-session.ts";
import type { SessionState, Side } from "../../session/state.ts";
import { titleIn } from "../../session/titles.ts";
import { Button } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Banner } from "../../ui/notices.tsx";
import { Avatar } from "../../ui/person.tsx";
import { StatusBar, Troubles, useEnding, WaitingNote } from "./bar.tsx";
import { Composer, Log, useReading } from "./chat-log.tsx";
import type { Facts } from "./facts.ts";

export function TextSession(props: { session: CurrentSession; state: SessionState; side: Side; facts: Facts }) {
  const { session, state, side, facts } = props;
  const { order } = facts;
  const box = useRef<HTMLDivElement>(null);
  const { behind, toEnd } = useReading(session, box);
  const ending = useEnding(props);
  const words = t().call;
  const there = !state.lost.includes(side === "customer" ? "performer" : "customer");
  const chat = session.conversation.chat.value;
  return (
    <div class="text-page">
      <div class="row between nowraprow">
        <div class="row nowraprow">
          <a class="btn btn-icon" href={`/orders/${order.id}`} aria-label={words.session.back}>
            <Icon name="arrow-left" />
          </a>
          <Avatar
            id={side === "customer" ? order.performer_id : order.customer_id}
            name={order.other_name}
            dot={there ? "available" : "none"}
          />
          <div>
            <h1 class="chat-h">{order.other_name}</h1>
            <p class="small muted talk-title">{words.session.subtitle(titleIn(order.title))}</p>
          </div>
        </div>
        <Button class="talk-end" busy={ending.busy} onPress={ending.press}>
          {words.end}
        </Button>
      </div>
      <StatusBar {...props} />
      <div class="troubles">
        <Troubles {...props} />
        {state.stage !== "live" && (
          <Banner tone="info">
            <WaitingNote state={state}>{words.session.waiting[side].text}</WaitingNote>
          </Banner>
        )}
      </div>
      <div class="chat-box">
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by the keyboard */}
        <div class="chat-scroll" ref={box} tabIndex={0}>
          <Log chat={chat} side={side} t0Ms={state.t0Ms} onRetry={(it) => session.conversation.retry(it)}>
            {chat.messages.length === 0 && <p class="chat-note">{words.chat.empty[side]}</p>}
          </Log>
        </div>
        {behind && (
          <Button class="chat-newer" icon="chevron-down" onPress={toEnd}>
            {words.chat.newer}
          </Button>
        )}
      </div>
      <Composer conversation={session.conversation} label={words.chat.write} />
      {ending.dialog}
    </div>
  );
}

/** A text session (R51): messages with their marks, and a note where the clock started. */
import { t } from "../../i18n/index.ts";
import { titleIn } from "../../session/titles.ts";
import { Button } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Banner } from "../../ui/notices.tsx";
import { Avatar } from "../../ui/person.tsx";
import { type SessionProps, StatusBar, Troubles, useEnding, WaitingNote } from "./bar.tsx";
import { ChatBox, Composer } from "./chat-log.tsx";

export function TextSession(props: SessionProps) {
  const { session, state, side, facts } = props;
  const { order } = facts;
  const ending = useEnding(props);
  const words = t().call;
  const there = !state.lost.includes(side === "customer" ? "performer" : "customer");
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
      <ChatBox session={session} side={side} t0Ms={state.t0Ms}>
        {session.conversation.chat.value.messages.length === 0 && <p class="chat-note">{words.chat.empty[side]}</p>}
      </ChatBox>
      <Composer conversation={session.conversation} label={words.chat.write} />
      {ending.dialog}
    </div>
  );
}

/** A text session (R51): the last message is what one looks at. */
import { useState } from "preact/hooks";
import type { Schemas } from "../../api/client.ts";
import { line } from "../../line/line.ts";
import { textFor } from "../../market/texts.ts";
import type { Talk } from "../../talk/talk.ts";
import { Button } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Avatar } from "../../ui/person.tsx";
import { lang, t } from "../../words/index.ts";
import { SessionBar, SessionNotice, type Terms } from "./bar.tsx";
import { ChatLog, Composer } from "./chat.tsx";
import { EndDialog } from "./ending.tsx";

export function TextSession({ talk, order, terms }: { talk: Talk; order: Schemas["OrderPage"]; terms: Terms }) {
  const [ending, setEnding] = useState(false);
  const words = t().call;
  const other = talk.side === "customer" ? order.performer_id : order.customer_id;
  return (
    <div class="text-page">
      <div class="stack stack-s text-top">
        <div class="row between nowraprow">
          <div class="row nowraprow">
            <a class="btn btn-icon" href={`/orders/${order.id}`} aria-label={words.toOrder}>
              <Icon name="arrow-left" />
            </a>
            <Avatar id={other} name={order.other_name} />
            <div>
              <h1 class="chat-h">{order.other_name}</h1>
              <p class="small muted">{textFor(order.title, lang()).text}</p>
            </div>
          </div>
          <Button onPress={() => setEnding(true)}>{words.controls.end}</Button>
        </div>
        <SessionBar talk={talk} terms={terms} />
        <SessionNotice talk={talk} terms={terms} />
      </div>
      <ChatLog talk={talk} />
      <Composer off={line.state.value !== "open"} />
      {ending && <EndDialog talk={talk} onClose={() => setEnding(false)} />}
    </div>
  );
}

/** A call that rings: its card, its sound, the tab's title and the system's notification (R20, D6). */
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { answered, api, type Schemas } from "../api/client.ts";
import { shareOf } from "../market/orders.ts";
import { textFor } from "../market/texts.ts";
import { useAct } from "../state/query.ts";
import { useNow } from "../talk/now.ts";
import { Button } from "../ui/button.tsx";
import { ProblemBanner } from "../ui/notices.tsx";
import { Avatar } from "../ui/person.tsx";
import { MODE_ICON } from "../ui/price.tsx";
import { duration, lang, money, t } from "../words/index.ts";
import { askToNotify, canAsk, notify, titled, withdraw } from "./alerts.ts";
import { count, type Incoming, incoming } from "./incoming.ts";
import { answer, decline } from "./moves.ts";
import { hush, ring } from "./sound.ts";
import "../styles/ring.css";

/** `call`: the one that sounds; null when all are silent. */
export default function Ring({ call }: { call: Incoming | null }) {
  const { route } = useLocation();
  const newest = incoming.value.at(-1);
  useEffect(() => {
    document.title = titled(document.title, count.value);
    return () => {
      document.title = titled(document.title, 0);
    };
  }, [count.value]);
  useEffect(() => {
    if (!newest) return;
    const title = textFor(newest.title, lang()).text;
    notify(newest, newest.caller, `${t().call.ring.body[newest.mode]}. ${title}`, () => {
      answer(newest).then(route, () => {});
    });
    return withdraw;
  }, [newest?.sessionId]);
  return call && <Card key={call.sessionId} call={call} />;
}

function Card({ call }: { call: Incoming }) {
  const { route } = useLocation();
  const [quiet, setQuiet] = useState(false);
  const [share, setShare] = useState<Schemas["Money"] | null>(null);
  const box = useRef<HTMLDivElement>(null);
  const title = useId();
  const now = useNow();
  const words = t().call.ring;
  useEffect(() => {
    box.current?.querySelector<HTMLElement>(".btn-primary")?.focus();
    void earned(call.orderId).then(setShare);
  }, []);
  useEffect(() => {
    if (quiet) return;
    ring();
    return hush;
  }, [quiet]);
  const take = useAct(async () => route(await answer(call)));
  const refuse = useAct(() => decline(call));
  const twip = textFor(call.title, lang());
  return (
    <div class="ring-place">
      <div
        ref={box}
        class="ring"
        role="alertdialog"
        aria-labelledby={title}
        onKeyDown={(event) => {
          if (event.key === "Escape") setQuiet(true);
        }}
      >
        <div class="ring-who">
          <Avatar id={call.sessionId} name={call.caller} size="l" />
          <div class="grow">
            <p class="small muted">{words.left(call.mode, duration(call.untilMs - now))}</p>
            <h2 id={title}>{call.caller}</h2>
          </div>
        </div>
        <dl class="sum small">
          <div>
            <dt class="muted">{words.twip}</dt>
            <dd class="wrapdd" lang={twip.lang}>
              {twip.text}
            </dd>
          </div>
          {share && (
            <div>
              <dt class="muted">{words.yours}</dt>
              <dd>{money(share)}</dd>
            </div>
          )}
        </dl>
        <ProblemBanner problem={take.problem ?? refuse.problem} />
        <div class="ring-acts">
          <Button busy={refuse.busy} onPress={refuse.run}>
            {words.decline}
          </Button>
          <Button look="primary" icon={MODE_ICON[call.mode]} busy={take.busy} onPress={take.run}>
            {words.answer}
          </Button>
        </div>
        {!quiet && (
          <Button look="quiet" icon="bell-off" onPress={() => setQuiet(true)}>
            {words.hush}
          </Button>
        )}
        {canAsk() && (
          <Button look="quiet" onPress={() => void askToNotify()}>
            {words.notify}
          </Button>
        )}
      </div>
    </div>
  );
}

/** The performer's part of a block; null when it cannot be read now. */
async function earned(orderId: string): Promise<Schemas["Money"] | null> {
  try {
    const order = await answered(api.GET("/orders/{order_id}", { params: { path: { order_id: orderId } } }));
    return shareOf(order.price, order.commission_bps);
  } catch {
    return null;
  }
}

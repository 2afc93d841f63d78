/** Calls that ring at a performer (R20 to R22): the card with sound, the list behind the badge, and notifications. */

import { signal } from "@preact/signals";
import { useEffect, useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { answered, api } from "../api/client.ts";
import { asProblem, type Problem } from "../api/problem.ts";
import { money, plural, t } from "../i18n/index.ts";
import { shareOf } from "../market/order-rules.ts";
import { socket } from "../socket/socket.ts";
import { type Channel, channel } from "../state/browser.ts";
import { useMutation, useQuery } from "../state/query.ts";
import { Button } from "../ui/button.tsx";
import { useFloat } from "../ui/float.ts";
import { Icon } from "../ui/icon.tsx";
import { Around, LiveText } from "../ui/live-text.tsx";
import { problemWords, toast } from "../ui/notices.tsx";
import { Avatar } from "../ui/person.tsx";
import { MODE_ICON } from "../ui/price.tsx";
import { begin, inAnother } from "./current.ts";
import { listOpen, ringing } from "./incoming.ts";
import { mayNotify, notify, withdraw } from "./notifying.ts";
import { secondsLeft, useNow } from "./now.ts";
import { gone, type Incoming, lapse } from "./ringing.ts";
import { titleIn } from "./titles.ts";
import { muted, startRinging } from "./tone.ts";
import "../styles/call.css";

/** Calls whose sound is off, in every tab; and cards that were folded into the badge, here. */
const silenced = signal<ReadonlySet<string>>(new Set());
const folded = signal<ReadonlySet<string>>(new Set());
let otherTabs: Channel | null = null;

/** Hears from now on which calls were silenced in other tabs. */
function watchSilenced(): void {
  otherTabs ??= channel("twip.ring", (sessionId) => {
    silenced.value = new Set([...silenced.value, sessionId]);
  });
}

function silence(call: Incoming): void {
  silenced.value = new Set([...silenced.value, call.sessionId]);
  otherTabs?.say(call.sessionId);
}

/** Gives the focus back, unless it has gone on by itself. */
function restoreFocus(box: HTMLElement | null, before: Element | null): void {
  const here = document.activeElement === document.body || box?.contains(document.activeElement);
  if (here && before instanceof HTMLElement) before.focus();
}

export default function Overlay() {
  useLayoutEffect(watchSilenced, []);
  return ringing.value.calls.length > 0 ? <Calls /> : null;
}

function Calls() {
  const now = useNow();
  const { calls } = ringing.value;
  useEffect(() => {
    if (calls.some((it) => it.untilMs <= now)) ringing.value = lapse(ringing.peek(), now);
  }, [calls, now]);
  const loud = calls.filter((it) => !it.silent);
  const sounding = loud.some((it) => !silenced.value.has(it.sessionId));
  useEffect(() => (sounding ? startRinging() : undefined), [sounding]);
  useNotifications(loud);
  const card = loud.find((it) => !folded.value.has(it.sessionId));
  if (listOpen.value && calls.length > 0) return <List calls={calls} now={now} />;
  return card ? <Card key={card.sessionId} call={card} now={now} /> : null;
}

/** Answering and declining. What another tab did first is said, and rings no more. */
function useCall(call: Incoming) {
  const { route } = useLocation();
  const answer = useMutation(async () => {
    if (inAnother(call.sessionId)) return toast(t().call.ring.busy, "info");
    const sent = socket.state.peek() === "open";
    try {
      const frame = await socket.ask<"call.answered">({ type: "call.answer", session_id: call.sessionId });
      begin(frame, "performer");
      listOpen.value = false;
      route(`/session/${call.sessionId}`);
    } catch (error) {
      const problem = asProblem(error);
      // Perhaps only the reply was lost: the session's page knows, whether it rings, was answered or is over.
      if (sent && problem.code === "network") route(`/session/${call.sessionId}`);
      else failed(call, problem);
    }
  });
  const decline = useMutation(async () => {
    try {
      await socket.ask({ type: "call.decline", session_id: call.sessionId });
      ringing.value = gone(ringing.peek(), call.sessionId);
    } catch (error) {
      failed(call, asProblem(error));
    }
  });
  return { answer, decline };
}

function failed(call: Incoming, problem: Problem): void {
  const words = t().call.ring;
  if (problem.code === "network" || problem.code === "unavailable") {
    toast(problemWords(problem), "circle-alert");
    return;
  }
  if (problem.code === "not_callable") {
    toast(words.busy, "info");
    return;
  }
  ringing.value = gone(ringing.peek(), call.sessionId);
  toast(problem.code === "wrong_state" ? words.elsewhere : words.gone, "info");
}

function Card({ call, now }: { call: Incoming; now: number }) {
  const words = t().call;
  const box = useRef<HTMLDivElement>(null);
  const [title, facts] = [useId(), useId()];
  useFloat(box);
  const { answer, decline } = useCall(call);
  const order = useQuery(
    () => answered(api.GET("/orders/{order_id}", { params: { path: { order_id: call.orderId } } })),
    [call.orderId],
  );
  const quiet = silenced.value.has(call.sessionId);
  /** Who is writing goes on writing: a space meant for a sentence must not answer a call. */
  const [writing] = useState(() => document.activeElement?.matches("input, textarea, select") ?? false);
  useEffect(() => {
    if (writing) return;
    const before = document.activeElement;
    box.current?.querySelector<HTMLElement>(".btn-primary")?.focus();
    return () => restoreFocus(box.current, before);
  }, []);
  const fold = () => {
    folded.value = new Set([...folded.value, call.sessionId]);
  };
  const hush = () => (quiet ? fold() : silence(call));
  const earned = order.data && shareOf(order.data.price, order.data.commission_bps);
  return (
    <div
      class="ring call-float"
      role="alertdialog"
      aria-labelledby={title}
      aria-describedby={facts}
      ref={box}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        hush();
      }}
    >
      {writing && (
        <p class="sr" role="alert">
          {words.ring.notice(call.caller)}
        </p>
      )}
      <div class="ring-who">
        <Avatar id={order.data?.customer_id ?? call.orderId} name={call.caller} size="l" />
        <div class="grow">
          <p class="small muted" id={facts}>
            <Left call={call} now={now} />
          </p>
          <h2 class="ring-name" id={title}>
            {call.caller}
          </h2>
        </div>
      </div>
      <dl class="sum small">
        <div>
          <dt class="muted">{words.ring.twip}</dt>
          <dd class="wrapdd">{titleIn(call.title)}</dd>
        </div>
        <div>
          <dt class="muted">{words.ring.earn}</dt>
          <dd>{earned ? money(earned) : "…"}</dd>
        </div>
      </dl>
      {!quiet && muted() && <p class="small muted">{words.ring.soundOff}</p>}
      <div class="ring-acts">
        <Button busy={decline.busy} onPress={() => decline.run()}>
          {words.ring.decline}
        </Button>
        <Button look="primary" icon={MODE_ICON[call.mode]} busy={answer.busy} onPress={() => answer.run()}>
          {words.ring.answer}
        </Button>
      </div>
      <Button look="quiet" icon={quiet ? "chevron-down" : "bell-off"} onPress={hush}>
        {quiet ? words.ring.hide : words.ring.silence}
      </Button>
    </div>
  );
}

/** What kind of call it is, and how long it still rings. */
function Left({ call, now }: { call: Incoming; now: number }) {
  const words = t().call;
  return (
    <Around
      words={(left) => words.ring.left(words.mode[call.mode], left)}
      live={plural(secondsLeft(call.untilMs, now), words.seconds)}
    />
  );
}

function List({ calls, now }: { calls: readonly Incoming[]; now: number }) {
  const words = t().call.ring;
  const box = useRef<HTMLElement>(null);
  useFloat(box);
  useEffect(() => {
    const close = (event: KeyboardEvent) => {
      if (event.key === "Escape") listOpen.value = false;
    };
    document.addEventListener("keydown", close);
    const before = document.activeElement;
    box.current?.querySelector<HTMLElement>(".btn-primary")?.focus();
    return () => {
      document.removeEventListener("keydown", close);
      restoreFocus(box.current, before);
    };
  }, []);
  const silent = calls.every((it) => it.silent || silenced.value.has(it.sessionId));
  return (
    <section class="panel call-float" aria-label={words.list} ref={box}>
      <p class="row between">
        <span class="strong">
          <LiveText>{plural(calls.length, words.calling)}</LiveText>
        </span>
        {silent && (
          <span class="badge">
            <Icon name="bell-off" />
            {words.silent}
          </span>
        )}
      </p>
      <ul>
        {calls.map((call) => (
          <Row key={call.sessionId} call={call} now={now} />
        ))}
      </ul>
      {calls.length > 1 && <p class="hint">{words.others}</p>}
    </section>
  );
}

function Row({ call, now }: { call: Incoming; now: number }) {
  const words = t().call;
  const { answer, decline } = useCall(call);
  return (
    <li>
      <Avatar id={call.orderId} name={call.caller} size="s" />
      <div>
        <p class="strong">{call.caller}</p>
        <p class="small muted">
          <Left call={call} now={now} />
        </p>
      </div>
      <div class="ring-acts">
        <Button busy={decline.busy} onPress={() => decline.run()}>
          {words.ring.decline}
        </Button>
        <Button look="primary" icon={MODE_ICON[call.mode]} busy={answer.busy} onPress={() => answer.run()}>
          {words.ring.answer}
        </Button>
      </div>
    </li>
  );
}

/** The browser tells of calls that sound while the tab is hidden; each goes when the call does. */
function useNotifications(loud: readonly Incoming[]): void {
  const shown = useRef(new Set<string>());
  const warn = (error: unknown) => console.warn(error);
  useEffect(() => {
    if (!document.hidden || !mayNotify()) return;
    for (const call of loud) {
      if (!shown.current.has(call.sessionId)) notify(call).catch(warn);
      shown.current.add(call.sessionId);
    }
  }, [loud]);
  const rings = loud.map((it) => it.sessionId).join();
  useEffect(
    () => () => {
      withdraw().catch(warn);
    },
    [rings],
  );
}

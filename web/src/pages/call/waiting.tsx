/** The customer calls and waits (R37 to R39, D6, D7). Nothing here costs anything, and the page says so. */
import { useEffect, useRef, useState } from "preact/hooks";
import { useLocation, useRoute } from "preact-iso";
import { answered, api, type Schemas } from "../../api/client.ts";
import type { Problem } from "../../api/problem.ts";
import { line } from "../../line/line.ts";
import { TopUp } from "../../money/topup.tsx";
import { SignedIn, useTitle } from "../../shell/page.tsx";
import { useAct, useQuery } from "../../state/query.ts";
import { enter } from "../../talk/desk.ts";
import { useNow } from "../../talk/now.ts";
import { Button, ButtonLink } from "../../ui/button.tsx";
import { Banner, ProblemBanner, Skeleton } from "../../ui/notices.tsx";
import { Avatar } from "../../ui/person.tsx";
import { type Money, money, plural, t } from "../../words/index.ts";
import "../../styles/call.css";

type Order = Schemas["OrderPage"];

/** The page that the browser opened: a call is not made by a reload, or by a tab that the browser restores. */
const OPENED = location.pathname;

export default function CallPage() {
  const { params } = useRoute();
  return (
    <SignedIn>
      <Call id={params.id ?? ""} key={params.id} />
    </SignedIn>
  );
}

function Call({ id }: { id: string }) {
  const order = useQuery(() => answered(api.GET("/orders/{order_id}", { params: { path: { order_id: id } } })), [id]);
  const title = t().call.out.calling(order.data?.other_name ?? "");
  useTitle(title);
  useEffect(() => {
    document.body.classList.add("in-call");
    return () => document.body.classList.remove("in-call");
  }, []);
  if (order.problem && !order.data) {
    return (
      <div class="stack">
        <h1 class="sr">{title}</h1>
        <ProblemBanner problem={order.problem} retry={order.reload} />
      </div>
    );
  }
  return order.data ? <Calling order={order.data} onChange={order.reload} /> : <Skeleton cards={2} />;
}

interface Out {
  sessionId: string;
  untilMs: number;
  fromMs: number;
}

function Calling({ order, onChange }: { order: Order; onChange: () => void }) {
  const { route } = useLocation();
  const [out, setOut] = useState<Out | null>(null);
  const [ended, setEnded] = useState<string | null>(null);
  const current = useRef<string | null>(null);
  const words = t().call.out;
  const open = line.state.value === "open";
  const start = useAct(async () => {
    setEnded(null);
    const found = await line.ask<"call.ringing">({ type: "call.start", order_id: order.id });
    current.current = found.session_id;
    setOut({ sessionId: found.session_id, untilMs: found.until_ms, fromMs: line.now() });
  });
  const cancel = useAct(async () => {
    if (out) await line.ask({ type: "call.cancel", session_id: out.sessionId });
  });
  const over = (reason: string) => {
    current.current = null;
    setOut(null);
    setEnded(reason);
    onChange();
  };
  useEffect(() => {
    const heard = [
      line.on("call.answered", (frame) => {
        if (!frame.here || frame.session_id !== current.current) return;
        enter(frame.session_id, "customer", order.mode, frame.until_ms, frame.ice_servers);
        route(`/session/${frame.session_id}`, true);
      }),
      line.on("call.ended", (frame) => frame.session_id === current.current && over(frame.reason)),
      line.on("session.ended", (frame) => frame.session_id === current.current && over(frame.reason)),
    ];
    return () => {
      for (const stop of heard) stop();
    };
  }, []);
  useEffect(() => {
    if (!open) return;
    // A line that was lost while it rang: the same frame finds the call again, and takes it over to the new line.
    if (current.current || location.pathname !== OPENED) start.run();
  }, [open]);
  const now = useNow(out !== null);
  useEffect(() => {
    // The service tells of the end; a frame that was lost must not leave anybody waiting.
    if (out && now > out.untilMs + 5_000) over("missed");
  }, [now]);
  const live =
    start.problem?.code === "call_live" ? String(start.problem.facts.session_id ?? "") : order.live_session_id;
  return (
    <div class="stack waiting">
      <section class="calling on-deep">
        <Avatar id={order.performer_id} name={order.other_name} size="xl" />
        <div class="stack stack-s" role="status">
          <Said order={order} out={out} ended={ended} now={now} busy={start.busy} />
        </div>
        {out ? (
          <>
            <progress
              class="quarter"
              max={out.untilMs - out.fromMs}
              value={Math.min(now - out.fromMs, out.untilMs - out.fromMs)}
              aria-label={words.passed(seconds(now - out.fromMs), seconds(out.untilMs - out.fromMs))}
            />
            <Button icon="x" busy={cancel.busy} onPress={cancel.run}>
              {words.cancel}
            </Button>
          </>
        ) : live && start.problem ? (
          <ButtonLink look="primary" href={`/session/${live}`}>
            {words.return}
          </ButtonLink>
        ) : (
          <Button look="primary" icon="phone" busy={start.busy} off={!open} onPress={start.run}>
            {ended || start.problem ? words.again : words.start(order.other_name)}
          </Button>
        )}
        <ProblemBanner problem={cancel.problem} />
      </section>
      <section class="card stack">
        <Refused problem={start.problem} order={order} onPaid={start.run} />
        <h2>{words.free}</h2>
        <Steps order={order} at={out ? 0 : -1} />
        <p>
          <a href={`/orders/${order.id}`}>{t().call.toOrder}</a>
        </p>
      </section>
    </div>
  );
}

const seconds = (ms: number) => Math.max(0, Math.round(ms / 1000));

function Said(props: { order: Order; out: Out | null; ended: string | null; now: number; busy: boolean }) {
  const words = t().call.out;
  const { order, out, ended, now, busy } = props;
  if (out || busy) {
    return (
      <>
        <h1>{words.calling(order.other_name)}</h1>
        {out && <p class="muted">{words.left(plural(seconds(out.untilMs - now), words.seconds))}</p>}
      </>
    );
  }
  if (ended) {
    const [title, text] = words.ended[ended] ?? words.ended.other ?? ["", ""];
    return (
      <>
        <h1>{title}</h1>
        <p class="muted">{text}</p>
      </>
    );
  }
  return (
    <>
      <h1>{order.other_name}</h1>
      <p class="muted">{words.ready}</p>
    </>
  );
}

/** Why it does not ring, and what to do about it. */
function Refused({ problem, order, onPaid }: { problem: Problem | undefined; order: Order; onPaid: () => void }) {
  const words = t().call.out;
  if (!problem) return null;
  if (problem.code === "not_callable") {
    return <Banner tone="warn">{words.uncallable[String(problem.facts.reason)] ?? words.uncallable.status}</Banner>;
  }
  if (problem.code === "call_live") return <Banner tone="info">{words.live}</Banner>;
  if (problem.code === "insufficient_funds") {
    const minor = Number(problem.facts.missing_minor ?? order.price.amount_minor);
    const missing: Money = { amount_minor: minor, currency: order.price.currency };
    return (
      <>
        <Banner tone="warn">{words.short(money(missing))}</Banner>
        <TopUp stay missing={missing} block={order.price} onPaid={onPaid} />
      </>
    );
  }
  return <ProblemBanner problem={problem} />;
}

/** What comes, and from when it costs. */
function Steps({ order, at }: { order: Order; at: number }) {
  const { ring, answer, media, mediaUsed, text } = t().call.out.steps;
  const last = order.mode === "text" ? text : order.prepaid === "held" ? media : mediaUsed;
  return (
    <ol class="timeline">
      {[ring, answer, last].map(([title, hint], n) => (
        <li key={title} class={n === at ? "now" : undefined}>
          {title}
          <small>{hint}</small>
        </li>
      ))}
    </ol>
  );
}

/** The customer's call (R37 to R39): it begins when one arrives by a link, rings, and leads to the session or to why there is none. */
import { useEffect, useRef, useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { answered, api, type Schemas } from "../../api/client.ts";
import { asProblem, Problem } from "../../api/problem.ts";
import { money, plural, t } from "../../i18n/index.ts";
import { TopUp } from "../../money/topup-form.tsx";
import { begin, inAnother } from "../../session/current.ts";
import { secondsLeft, useNow } from "../../session/now.ts";
import type { Reason } from "../../session/state.ts";
import { heard, newSession, type SessionState } from "../../session/state.ts";
import { SignedIn, useTitle } from "../../shell/page.tsx";
import { socket } from "../../socket/socket.ts";
import { later } from "../../socket/timers.ts";
import { useQuery } from "../../state/query.ts";
import { Button, ButtonLink } from "../../ui/button.tsx";
import { Around } from "../../ui/live-text.tsx";
import { Empty, ProblemBanner, problemWords, Skeleton } from "../../ui/notices.tsx";
import { Avatar } from "../../ui/person.tsx";
import { MODE_ICON } from "../../ui/price.tsx";
import { Unpaid } from "../../ui/unpaid.tsx";
import { DevicesBeforeCall } from "./device-choices.tsx";
import { useInCall } from "./in-call.ts";
import "../../styles/call.css";

type Order = Schemas["OrderPage"];
const LOOK_MS = 2_000;

export default function CallPage({ id }: { id: string }) {
  return (
    <SignedIn>
      <Call key={id} id={id} />
    </SignedIn>
  );
}

function Call({ id }: { id: string }) {
  const order = useQuery(() => answered(api.GET("/orders/{order_id}", { params: { path: { order_id: id } } })), [id]);
  if (order.data) return <Calling order={order.data} />;
  if (order.problem) return <ProblemBanner problem={order.problem} retry={order.reload} />;
  return <Skeleton cards={1} />;
}

/** What the page is about just now. */
type Phase =
  | { at: "looking" }
  | { at: "ready" }
  | { at: "starting" }
  | { at: "ringing"; state: SessionState; sinceMs: number }
  | { at: "over"; reason: Reason | null }
  | { at: "refused"; problem: Problem };

function Calling({ order }: { order: Order }) {
  const { route } = useLocation();
  const [phase, setPhase] = useState<Phase>({ at: "looking" });
  const words = t().call;
  useTitle(words.waiting.title(order.other_name));
  const performer = order.role === "performer";
  const ringing = phase.at === "ringing" ? phase.state : null;
  useInCall(phase.at === "starting" || phase.at === "ringing");

  const toSession = (sessionId: string) => {
    answeredHere.current = true;
    route(`/session/${sessionId}`, true);
  };
  // Whoever leaves the page while it rings gives the call up: nobody would be there for the answer.
  const leaving = useRef<string | null>(null);
  const left = useRef(false);
  const answeredHere = useRef(false);
  leaving.current = ringing && !ringing.elsewhere ? ringing.sessionId : null;
  useEffect(
    () => () => {
      left.current = true;
      if (leaving.current && !answeredHere.current) socket.say({ type: "call.cancel", session_id: leaving.current });
    },
    [],
  );

  // A call that begins outdates what is still on its way about the one before.
  const turn = useRef(0);
  const stopLater = useRef(() => {});
  const next = () => {
    stopLater.current();
    turn.current += 1;
    return turn.current;
  };
  useEffect(() => () => stopLater.current(), []);

  const start = async () => {
    if (inAnother()) return setPhase({ at: "refused", problem: new Problem("not_callable", { reason: "self" }) });
    const mine = next();
    setPhase({ at: "starting" });
    try {
      const frame = await socket.ask<"call.ringing">({ type: "call.start", order_id: order.id });
      if (left.current || mine !== turn.current) {
        socket.say({ type: "call.cancel", session_id: frame.session_id });
        return;
      }
      setPhase({ at: "ringing", state: heard(newSession(frame.session_id, "customer"), frame), sinceMs: socket.now() });
    } catch (error) {
      if (mine !== turn.current) return;
      const problem = asProblem(error);
      // Whether it rings is not known: the order tells when the line is open again.
      if (problem.code === "network") return;
      const { session_id, reason } = problem.facts;
      if (problem.code === "call_live" && typeof session_id === "string") return toSession(session_id);
      if (problem.code === "session_over") return setPhase({ at: "over", reason: reason as Reason });
      setPhase({ at: "refused", problem });
    }
  };

  /** Where a call stands that may have moved on while nobody heard of it. `hold`: one that still rings is left to ring. */
  const look = async (sessionId: string, hold = false): Promise<void> => {
    const mine = turn.current;
    const outdated = () => left.current || mine !== turn.current;
    try {
      const { state, reason } = await answered(
        api.GET("/sessions/{session_id}", { params: { path: { session_id: sessionId } } }),
      );
      if (outdated()) return;
      if (state === "ringing" && hold) return lookLater(sessionId);
      // A session that was talked in has a page of its own, with what it cost.
      if (state === "ended" && !(reason && reason in words.outcome)) return toSession(sessionId);
      if (state === "ended") return setPhase({ at: "over", reason });
      if (state !== "ringing") return toSession(sessionId);
      if (!performer) return start();
      setPhase({ at: "ready" });
    } catch (error) {
      if (outdated()) return;
      const problem = asProblem(error);
      if (problem.code === "network" || problem.code === "unavailable") lookLater(sessionId, hold);
      else setPhase({ at: "refused", problem });
    }
  };
  const lookLater = (sessionId: string, hold = true) => {
    stopLater.current();
    stopLater.current = later(LOOK_MS, () => void look(sessionId, hold));
  };

  /** What became of a call whose answer was lost: it is not made anew without a press. */
  const findOut = async () => {
    const mine = turn.current;
    try {
      const now = await answered(api.GET("/orders/{order_id}", { params: { path: { order_id: order.id } } }));
      if (left.current || mine !== turn.current) return;
      if (now.live_session_id) void look(now.live_session_id);
      else setPhase({ at: "ready" });
    } catch (error) {
      if (mine === turn.current) setPhase({ at: "refused", problem: asProblem(error) });
    }
  };

  // The word of the end, or of an answer, may have been lost. A call that another tab has taken over is that tab's.
  const rings = ringing && !ringing.elsewhere ? ringing.sessionId : null;
  const untilMs = ringing?.untilMs;
  useEffect(() => {
    if (!rings || !untilMs) return;
    return later(untilMs - socket.now(), () => lookLater(rings));
  }, [rings, untilMs]);

  // The line may open after the page does: the call waits for it.
  const open = socket.state.value === "open";
  useEffect(() => {
    if (!open) return;
    if (rings) return void look(rings);
    if (phase.at === "starting") return void findOut();
    if (phase.at !== "looking") return;
    if (order.live_session_id) return void look(order.live_session_id);
    // A link calls; a page that is loaded anew, or gone back to, only offers to.
    const called = history.state?.called === true;
    history.replaceState({ ...history.state, called: true }, "");
    if (called || performer || order.state !== "open") setPhase({ at: "ready" });
    else void start();
  }, [open]);

  useEffect(
    () =>
      socket.listen((frame) => {
        if (frame.type === "call.answered" && frame.here && frame.session_id === ringing?.sessionId) {
          begin(frame, "customer");
          toSession(frame.session_id);
          return;
        }
        if (ringing === null) return;
        const now = heard(ringing, frame);
        if (now.ending) setPhase({ at: "over", reason: now.ending.reason });
        else if (now !== ringing) setPhase((old) => (old.at === "ringing" ? { ...old, state: now } : old));
      }),
    [ringing],
  );

  if (phase.at === "looking") return <Skeleton cards={1} />;
  if (performer && phase.at === "ready" && order.live_session_id) {
    return (
      <Notice icon="phone-incoming" title={words.waiting.performer} text={words.waiting.performerHint} order={order} />
    );
  }
  if (performer)
    return <Notice icon="phone-off" title={words.outcome.over.title} text={words.outcome.over.text} order={order} />;
  if (phase.at === "refused") {
    const ready = () => setPhase({ at: "ready" });
    return <Refused order={order} problem={phase.problem} again={() => void start()} paid={ready} />;
  }
  if (phase.at === "over") {
    const outcome = words.outcome[phase.reason as keyof typeof words.outcome] ?? words.outcome.over;
    return (
      <Notice icon="phone-off" title={outcome.title} text={outcome.text} order={order} again={() => void start()} />
    );
  }
  if (phase.at === "ready") {
    if (order.state !== "open")
      return <Notice icon="phone-off" title={words.refused.title} text={words.refused.closed} order={order} />;
    return (
      <Notice
        icon={MODE_ICON[order.mode]}
        title={words.waiting.ready(order.other_name)}
        text={`${words.waiting.free}. ${words.waiting.steps.heardHint}`}
        order={order}
        again={() => void start()}
        first
      />
    );
  }
  return (
    <div class="stack waiting">
      <Ring
        order={order}
        phase={phase}
        onTake={() => ringing && void look(ringing.sessionId)}
        onGivenUp={() => {
          next();
          setPhase({ at: "ready" });
        }}
        onCancelled={lookLater}
      />
      <Meanwhile order={order} />
    </div>
  );
}

function Ring({
  order,
  phase,
  onTake,
  onGivenUp,
  onCancelled,
}: {
  order: Order;
  phase: { at: "starting" } | { at: "ringing"; state: SessionState; sinceMs: number };
  onTake: () => void;
  /** Before it is known whether it rings. */
  onGivenUp: () => void;
  onCancelled: (sessionId: string) => void;
}) {
  const now = useNow();
  const [cancelling, setCancelling] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const words = t().call.waiting;
  const state = phase.at === "ringing" ? phase.state : null;
  const until = state?.untilMs ?? null;
  const left = until === null ? null : secondsLeft(until, now);
  const all = until === null || phase.at !== "ringing" ? 0 : Math.max(1, Math.round((until - phase.sinceMs) / 1000));
  const done = left === null ? 0 : Math.max(0, all - left);
  const cancel = async () => {
    if (!state) return onGivenUp();
    setCancelling(true);
    setProblem(undefined);
    try {
      await socket.ask({ type: "call.cancel", session_id: state.sessionId });
    } catch (error) {
      // Somebody answered meanwhile: the frame that says so leads on.
      const found = asProblem(error);
      if (found.code !== "wrong_state") setProblem(found);
    } finally {
      setCancelling(false);
      onCancelled(state.sessionId);
    }
  };
  return (
    <section class="calling on-deep">
      <Avatar id={order.performer_id} name={order.other_name} size="xl" />
      <div class="stack stack-s">
        <h1>
          <span class="sr">{words.calling} </span>
          {order.other_name}
        </h1>
        <p class="muted">
          {left === null ? words.starting : <Around words={words.left} live={plural(left, t().call.seconds)} />}
        </p>
      </div>
      <progress class="quarter" max={all || 1} value={done} aria-label={words.progress(done, all)} />
      {socket.state.value !== "open" && (
        <p class="calling-problem" role="status">
          {socket.state.value === "full" ? t().common.socketsFull : t().common.socketLost}
        </p>
      )}
      {problem && <p class="calling-problem">{problemWords(problem)}</p>}
      {state?.elsewhere ? (
        <div class="stack stack-s">
          <p>{words.elsewhere}</p>
          <Button onPress={onTake}>{words.here}</Button>
        </div>
      ) : (
        <Button icon="x" busy={cancelling} onPress={() => void cancel()}>
          {words.cancel}
        </Button>
      )}
    </section>
  );
}

function Meanwhile({ order }: { order: Order }) {
  const words = t().call.waiting;
  const steps = words.steps[order.mode];
  const clock = order.prepaid === "held" ? words.steps.prepaid : words.steps.paid(money(order.price));
  return (
    <section class="card stack">
      <h2>{words.free}</h2>
      <ol class="timeline">
        <li class="now">
          {words.steps.heard}
          <small>{words.steps.heardHint}</small>
        </li>
        <li>
          {steps.answer}
          <small>{steps.answerHint}</small>
        </li>
        <li>
          {steps.clock}
          <small>{clock}</small>
        </li>
      </ol>
      <Unpaid side="customer" left={order.unpaid_left} />
      {order.mode === "video" && <DevicesBeforeCall />}
    </section>
  );
}

function Notice(props: {
  icon: string;
  title: string;
  text: string;
  order: Order;
  again?: () => void;
  first?: boolean;
}) {
  const words = t().call;
  return (
    <Empty
      whole
      icon={props.icon}
      title={props.title}
      act={
        <div class="row">
          {props.again && (
            <Button look="primary" icon={MODE_ICON[props.order.mode]} onPress={props.again}>
              {props.first ? words.waiting.go[props.order.mode] : words.summary.again[props.order.mode]}
            </Button>
          )}
          <ButtonLink href={`/orders/${props.order.id}`}>{words.toOrder}</ButtonLink>
        </div>
      }
    >
      {props.text}
    </Empty>
  );
}

/** Why it cannot be called, and the way out (R27, D4, D13). */
function Refused({
  order,
  problem,
  again,
  paid,
}: {
  order: Order;
  problem: Problem;
  again: () => void;
  /** The missing sum has come: it is the person who calls, not the money. */
  paid: () => void;
}) {
  const words = t().call;
  if (problem.code === "insufficient_funds") {
    const missing = { amount_minor: Number(problem.facts.missing_minor), currency: order.price.currency };
    return (
      <section class="card stack call-card">
        <h1>{words.refused.title}</h1>
        <p>
          <Around words={words.refused.insufficient_funds} live={money(missing)} />
        </p>
        <TopUp stay missing={missing} onPaid={paid} />
        <ButtonLink look="quiet" href={`/orders/${order.id}`}>
          {words.toOrder}
        </ButtonLink>
      </section>
    );
  }
  const reasons: Record<string, unknown> = words.refused;
  const known = problem.code === "not_callable" ? reasons[String(problem.facts.reason)] : undefined;
  const closed = { wrong_state: words.refused.closed, limit_reached: words.refused.often }[problem.code];
  const text = typeof known === "string" ? known : (closed ?? problemWords(problem));
  const hopeless = problem.code === "free_limit" || closed !== undefined;
  return (
    <Notice icon="phone-off" title={words.refused.title} text={text} order={order} {...(!hopeless && { again })} />
  );
}

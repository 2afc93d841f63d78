/** While it rings: for how long still, the way out, and what costs what. */
import { useState } from "preact/hooks";
import type { Schemas } from "../../api/client.ts";
import { asProblem, type Problem } from "../../api/problem.ts";
import { money, plural, t } from "../../i18n/index.ts";
import type { Consulted } from "../../market/order-rules.ts";
import { secondsLeft, useNow } from "../../session/now.ts";
import { socket } from "../../socket/socket.ts";
import { Button } from "../../ui/button.tsx";
import { Around } from "../../ui/live-text.tsx";
import { problemWords } from "../../ui/notices.tsx";
import { Avatar } from "../../ui/person.tsx";
import { Unpaid } from "../../ui/unpaid.tsx";
import type { Calling } from "./calling.ts";
import { DevicesBeforeCall } from "./device-choices.tsx";
import { limitText } from "./limit-choice.tsx";

type Order = Consulted<Schemas["OrderPage"]>;

export function Ring({
  order,
  phase,
  onTake,
  onGivenUp,
  onCancelled,
}: {
  order: Order;
  phase: Calling;
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

/** What happens next, and one's own devices. */
export function Meanwhile({ order, limit }: { order: Order; limit: number | null }) {
  const words = t().call.waiting;
  const steps = words.steps[order.consultation.mode];
  const clock = order.consultation.prepaid === "held" ? words.steps.prepaid : words.steps.paid(money(order.price));
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
      {limit !== null && <p class="small">{limitText(limit, order.price)}</p>}
      <Unpaid side="customer" left={order.consultation.unpaid_left} />
      {order.consultation.mode === "video" && <DevicesBeforeCall />}
    </section>
  );
}

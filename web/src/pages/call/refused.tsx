/** Why a call does not ring, and the way on. */
import type { Schemas } from "../../api/client.ts";
import type { Problem } from "../../api/problem.ts";
import { money, t } from "../../i18n/index.ts";
import type { Consulted } from "../../market/order-rules.ts";
import { TopUp } from "../../money/topup-form.tsx";
import { Button, ButtonLink } from "../../ui/button.tsx";
import { Around } from "../../ui/live-text.tsx";
import { Empty, problemWords } from "../../ui/notices.tsx";
import { MODE_ICON } from "../../ui/price.tsx";

type Order = Consulted<Schemas["OrderPage"]>;

/** Where a call stands when it does not ring, with the way on. */
export function Notice(props: {
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
            <Button look="primary" icon={MODE_ICON[props.order.consultation.mode]} onPress={props.again}>
              {props.first
                ? words.waiting.go[props.order.consultation.mode]
                : words.summary.again[props.order.consultation.mode]}
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
export function Refused({
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
  const over = problem.facts.state === "disputed" ? words.refused.disputed : words.refused.closed;
  const closed = { wrong_state: over, limit_reached: words.refused.often }[problem.code];
  const text = typeof known === "string" ? known : (closed ?? problemWords(problem));
  const hopeless = problem.code === "free_limit" || closed !== undefined;
  return (
    <Notice icon="phone-off" title={words.refused.title} text={text} order={order} {...(!hopeless && { again })} />
  );
}

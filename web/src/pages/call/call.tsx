/** The customer's call (R37 to R39). It begins when they arrive by a link, rings, and leads to the session or to why there is none. */
import { useEffect } from "preact/hooks";
import { useLocation } from "preact-iso";
import { answered, api, type Schemas } from "../../api/client.ts";
import { t } from "../../i18n/index.ts";
import { type Consulted, consulted } from "../../market/order-rules.ts";
import { SignedIn, useTitle } from "../../shell/page.tsx";
import { useQuery } from "../../state/query.ts";
import { ProblemBanner, Skeleton } from "../../ui/notices.tsx";
import { MODE_ICON } from "../../ui/price.tsx";
import { useCalling } from "./calling.ts";
import { useInCall } from "./in-call.ts";
import { Notice, Refused } from "./refused.tsx";
import { Meanwhile, Ring } from "./waiting.tsx";
import "../../styles/call.css";

type Order = Consulted<Schemas["OrderPage"]>;

export default function CallPage({ id }: { id: string }) {
  return (
    <SignedIn>
      <Call key={id} id={id} />
    </SignedIn>
  );
}

function Call({ id }: { id: string }) {
  const order = useQuery(() => answered(api.GET("/orders/{order_id}", { params: { path: { order_id: id } } })), [id]);
  if (order.data) return consulted(order.data) ? <Calling order={order.data} /> : <ToTheOrder id={id} />;
  if (order.problem) return <ProblemBanner problem={order.problem} retry={order.reload} />;
  return <Skeleton cards={1} />;
}

/** It has no calls: its own page says what it has. */
function ToTheOrder({ id }: { id: string }) {
  const { route } = useLocation();
  useEffect(() => route(`/orders/${id}`, true), []);
  return <Skeleton cards={1} />;
}

function Calling({ order }: { order: Order }) {
  const calling = useCalling(order);
  const { phase } = calling;
  const words = t().call;
  useTitle(words.waiting.title(order.other_name));
  useInCall(phase.at === "starting" || phase.at === "ringing");
  const performer = order.role === "performer";
  if (phase.at === "looking") return <Skeleton cards={1} />;
  if (performer && phase.at === "ready" && order.consultation.live_session_id) {
    return (
      <Notice icon="phone-incoming" title={words.waiting.performer} text={words.waiting.performerHint} order={order} />
    );
  }
  if (performer)
    return <Notice icon="phone-off" title={words.outcome.over.title} text={words.outcome.over.text} order={order} />;
  if (phase.at === "refused") {
    return <Refused order={order} problem={phase.problem} again={calling.start} paid={calling.offer} />;
  }
  if (phase.at === "over") {
    const outcome = words.outcome[phase.reason as keyof typeof words.outcome] ?? words.outcome.over;
    return <Notice icon="phone-off" title={outcome.title} text={outcome.text} order={order} again={calling.start} />;
  }
  if (phase.at === "ready") {
    const rests = order.dispute_id !== null;
    if (order.state !== "open" || rests) {
      const text = rests ? words.refused.disputed : words.refused.closed;
      return <Notice icon="phone-off" title={words.refused.title} text={text} order={order} />;
    }
    return (
      <Notice
        icon={MODE_ICON[order.consultation.mode]}
        title={words.waiting.ready(order.other_name)}
        text={`${words.waiting.free}. ${words.waiting.steps.heardHint}`}
        order={order}
        again={calling.start}
        first
      />
    );
  }
  return (
    <div class="stack waiting">
      <Ring
        order={order}
        phase={phase}
        onTake={calling.takeOver}
        onGivenUp={calling.giveUp}
        onCancelled={calling.lookLater}
      />
      <Meanwhile order={order} limit={phase.at === "ringing" ? phase.state.limitBlocks : calling.limit} />
    </div>
  );
}

/** A session, for both sides: where they talk, and what became of it. Its address is the way back into it (D18). */
import { useEffect, useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import type { Schemas } from "../../api/client.ts";
import { t } from "../../i18n/index.ts";
import { currentSession, enter } from "../../session/current.ts";
import type { CurrentSession } from "../../session/current-session.ts";
import { newSession, type SessionState } from "../../session/state.ts";
import { SignedIn, useTitle } from "../../shell/page.tsx";
import { useQuery } from "../../state/query.ts";
import { Button, ButtonLink } from "../../ui/button.tsx";
import { Empty, ProblemBanner, problemWords, Skeleton } from "../../ui/notices.tsx";
import { type Facts, factsOf } from "./facts.ts";
import { useInCall } from "./in-call.ts";
import { Summary } from "./summary.tsx";
import { TextSession } from "./text.tsx";
import { VideoSession } from "./video.tsx";
import "../../styles/call.css";

export default function SessionPage({ id }: { id: string }) {
  return (
    <SignedIn>
      <Session key={id} id={id} />
    </SignedIn>
  );
}

function Session({ id }: { id: string }) {
  const found = useQuery(() => factsOf(id), [id]);
  const words = t().call.session;
  if (found.data) return <Known facts={found.data} reload={found.reload} />;
  if (found.problem?.code === "not_found") {
    return (
      <Empty
        whole
        icon="phone-off"
        title={words.gone}
        act={<ButtonLink href="/orders">{t().call.toOrders}</ButtonLink>}
      >
        {words.goneText}
      </Empty>
    );
  }
  if (found.problem) return <ProblemBanner problem={found.problem} retry={found.reload} />;
  return <Skeleton cards={1} />;
}

function Known({ facts, reload }: { facts: Facts; reload: () => void }) {
  const { session, order } = facts;
  const words = t().call.session;
  useTitle(words[order.consultation.mode](order.other_name));
  if (session.state === "ringing" && currentSession.value?.sessionId !== session.id)
    return <Ringing facts={facts} reload={reload} />;
  if (session.state === "ended" && currentSession.value?.sessionId !== session.id) {
    return <Summary facts={facts} state={endedSession(session, order)} />;
  }
  return <Alive facts={facts} />;
}

/** It was looked up while it rang: the call's page is the place for its customer, the card for its performer. */
function Ringing({ facts, reload }: { facts: Facts; reload: () => void }) {
  const { route } = useLocation();
  const { order, session } = facts;
  const words = t().call.session;
  useEffect(() => {
    if (order.role === "customer") route(`/call/${order.id}`, true);
    const looking = setInterval(reload, 3_000);
    return () => clearInterval(looking);
  }, [session.id]);
  return (
    <Empty whole icon="phone-incoming" title={words.ringing}>
      {words.ringingText}
    </Empty>
  );
}

function Alive({ facts }: { facts: Facts }) {
  const [mine, setMine] = useState<CurrentSession | null>(
    currentSession.peek()?.sessionId === facts.session.id ? currentSession.peek() : null,
  );
  useEffect(() => setMine(enter(facts.session.id)), [facts.session.id]);
  const state = mine?.state.value;
  const words = t().call.session;
  useInCall(state !== undefined && state.stage !== "ended");
  if (!mine || !state) return <Skeleton cards={1} />;
  if (state.ending) return <Summary facts={facts} state={state} session={mine} />;
  const refused = mine.problem.value;
  if (refused) {
    return (
      <Empty
        whole
        icon="phone-off"
        title={problemWords(refused)}
        act={<ButtonLink href={`/orders/${facts.order.id}`}>{t().call.toOrder}</ButtonLink>}
      />
    );
  }
  if (state.elsewhere) {
    return (
      <Empty
        whole
        icon="monitor-up"
        title={words.elsewhere}
        act={
          <Button look="primary" onPress={() => void mine.resume()}>
            {words.here}
          </Button>
        }
      >
        {words.elsewhereText}
      </Empty>
    );
  }
  if (state.side === null || state.stage === "unknown") {
    return (
      <>
        <p class="sr" role="status">
          {words.opening}
        </p>
        <Skeleton cards={1} />
      </>
    );
  }
  return facts.order.consultation.mode === "text" ? (
    <TextSession session={mine} state={state} side={state.side} facts={facts} />
  ) : (
    <VideoSession session={mine} state={state} side={state.side} facts={facts} />
  );
}

/** What a session that was over before the page opened would have told. */
function endedSession(session: Schemas["SessionView"], order: Schemas["OrderPage"]): SessionState {
  return {
    ...newSession(session.id, order.role),
    stage: "ended",
    mode: session.mode,
    limitBlocks: session.limit_blocks,
    t0Ms: session.started_at === null ? null : Date.parse(session.started_at),
    ending: {
      reason: session.reason ?? "connection_lost",
      by: session.ended_by,
      billedBlocks: session.billed_blocks,
      billedMinor: session.billed.amount_minor,
      returnedBlocks: session.returned_blocks,
      returnedMinor: session.returned.amount_minor,
      durationMs: session.duration_seconds * 1000,
      unpaidLeft: session.unpaid_left,
    },
  };
}

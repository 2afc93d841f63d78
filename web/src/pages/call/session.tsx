/** The page of a paid session, of either side and mode. It finds its way back by itself after a reload (D18). */
import { useEffect, useState } from "preact/hooks";
import { useRoute } from "preact-iso";
import { answered, api, type Schemas } from "../../api/client.ts";
import { asProblem, type Problem } from "../../api/problem.ts";
import { line } from "../../line/line.ts";
import { shareOf } from "../../market/orders.ts";
import { SignedIn, useTitle } from "../../shell/page.tsx";
import { refreshAccount } from "../../state/me.ts";
import { useQuery } from "../../state/query.ts";
import { comeBack, leave, readTranscript, talk } from "../../talk/desk.ts";
import type { Summary, Talk } from "../../talk/talk.ts";
import { Button, ButtonLink } from "../../ui/button.tsx";
import { Empty, ProblemBanner, Skeleton } from "../../ui/notices.tsx";
import { t } from "../../words/index.ts";
import type { Terms } from "./bar.tsx";
import { SummaryCard } from "./ending.tsx";
import { TextSession } from "./text.tsx";
import { VideoSession } from "./video.tsx";
import "../../styles/call.css";

interface Facts {
  session: Schemas["SessionView"];
  order: Schemas["OrderPage"];
}

export default function SessionPage() {
  const { params } = useRoute();
  return (
    <SignedIn>
      <Session id={params.id ?? ""} key={params.id} />
    </SignedIn>
  );
}

async function read(id: string): Promise<Facts> {
  const session = await answered(api.GET("/sessions/{session_id}", { params: { path: { session_id: id } } }));
  const order = await answered(api.GET("/orders/{order_id}", { params: { path: { order_id: session.order_id } } }));
  return { session, order };
}

function Session({ id }: { id: string }) {
  const facts = useQuery(() => read(id), [id]);
  const words = t().call;
  useTitle(words.title[facts.data?.session.mode ?? "video"]);
  useEffect(() => {
    document.body.classList.add("in-call");
    return () => {
      document.body.classList.remove("in-call");
      leave();
    };
  }, []);
  if (facts.problem && !facts.data) {
    return (
      <div class="stack">
        <h1 class="sr">{words.title.video}</h1>
        <ProblemBanner problem={facts.problem} retry={facts.reload} />
      </div>
    );
  }
  if (!facts.data) return <Skeleton cards={2} />;
  return <Taken id={id} facts={facts.data} onEnd={facts.reload} />;
}

/** The session, once it is known whose side this is. */
function Taken({ id, facts: { session, order }, onEnd }: { id: string; facts: Facts; onEnd: () => void }) {
  const [refused, setRefused] = useState<Problem>();
  const words = t().call;
  const open = line.state.value === "open";
  const known = talk.value?.sessionId === id ? talk.value : null;
  const side = order.role;
  const take = () => {
    setRefused(undefined);
    comeBack(id, side, session.mode).catch((error) => setRefused(asProblem(error)));
  };
  useEffect(() => {
    // After an answer this page holds its side already; else it comes back, as soon as there is a line.
    if (open && !known && session.state !== "ended") take();
  }, [open]);
  useEffect(() => {
    readTranscript(id).catch(() => {});
  }, [id, known === null]);
  const phase = known?.phase;
  useEffect(() => {
    if (phase !== "ended") return;
    void refreshAccount();
    onEnd();
  }, [phase]);
  const terms: Terms = { price: order.price, share: shareOf(order.price, order.commission_bps) };
  const over = known?.summary ? known : session.state === "ended" ? endedTalk(session, side) : null;
  if (over) return <SummaryCard talk={over} order={order} terms={terms} />;
  if (refused) {
    return (
      <Empty
        whole
        icon="phone-off"
        title={words.gone}
        act={<ButtonLink href={`/orders/${order.id}`}>{words.toOrder}</ButtonLink>}
      />
    );
  }
  if (!known || (known.phase === "answered" && known.untilMs === 0 && !open)) return <Skeleton cards={2} />;
  if (known.phase === "moved") {
    return (
      <Empty
        whole
        icon="monitor-up"
        title={words.moved.title}
        act={
          <Button look="primary" onPress={take}>
            {words.moved.take}
          </Button>
        }
      />
    );
  }
  const props = { talk: known, order, terms };
  return known.mode === "text" ? <TextSession {...props} /> : <VideoSession {...props} />;
}

/** A session that was over before this page opened, as its summary. */
function endedTalk(session: Schemas["SessionView"], side: Talk["side"]): Talk {
  const summary: Summary = {
    type: "session.ended",
    session_id: session.id,
    reason: session.reason ?? "connection_lost",
    by: session.ended_by,
    billed_blocks: session.billed_blocks,
    billed_minor: session.billed.amount_minor,
    duration_ms: session.duration_seconds * 1000,
    ended_ms: session.ended_at ? Date.parse(session.ended_at) : 0,
  };
  return {
    sessionId: session.id,
    side,
    mode: session.mode,
    phase: "ended",
    untilMs: null,
    t0Ms: null,
    paidUntilMs: null,
    voidableUntilMs: null,
    low: null,
    lost: [],
    lostUntilMs: null,
    epoch: 0,
    summary,
  };
}

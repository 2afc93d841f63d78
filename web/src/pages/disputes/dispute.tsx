/** A dispute for its two sides (R71 to R73, R85, D27): how it stands, whose turn it is, what was said, and where the money ends. */
import { useState } from "preact/hooks";
import { useRoute } from "preact-iso";
import { answered, api, type Schemas } from "../../api/client.ts";
import { useDisputeUpdates } from "../../disputes/dispute-live.ts";
import { sideOf } from "../../disputes/dispute-rules.ts";
import { type Rate, titleOf, toldOf } from "../../disputes/dispute-told.ts";
import { Evidence } from "../../disputes/evidence.tsx";
import { PhaseBar } from "../../disputes/phase-bar.tsx";
import { ofSide } from "../../disputes/sources.ts";
import { t } from "../../i18n/index.ts";
import { KIND_ICON } from "../../market/finding.ts";
import { SignedIn, useTitle } from "../../shell/page.tsx";
import { useFresh } from "../../state/fresh.ts";
import { type Query, useQuery } from "../../state/query.ts";
import { ButtonLink } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Banner, Empty, ProblemBanner } from "../../ui/notices.tsx";
import { PageSkeleton } from "../../ui/page-skeleton.tsx";
import { Ending } from "./dispute-end.tsx";
import { MoneyCard, Withdraw } from "./dispute-side.tsx";
import { Talk, useEntries } from "./dispute-talk.tsx";
import { DisputeTurn } from "./dispute-turn.tsx";
import { PhaseBadge } from "./disputes.tsx";
import { Proposals } from "./proposals.tsx";
import "../../styles/market.css";
import "../../styles/work.css";
import "../../styles/disputes.css";

export type Dispute = Schemas["DisputePage"];
/** What the parts of the page need. */
export interface DisputeProps {
  dispute: Dispute;
  /** The dispute after an act. */
  onDone: (after: Dispute) => void;
  /** It was not as it was shown. */
  onMoved: () => void;
  /** What commission takes of the performer's part: known to the performer. */
  rate: Rate | null;
}

export default function DisputeRoute() {
  const { id = "" } = useRoute().params;
  return (
    <SignedIn>
      <Found key={id} id={id} />
    </SignedIn>
  );
}

function Found({ id }: { id: string }) {
  const dispute = useQuery(
    () => answered(api.GET("/disputes/{dispute_id}", { params: { path: { dispute_id: id } } })),
    [],
  );
  useFresh(dispute.reload);
  useDisputeUpdates(dispute.reload, id);
  if (dispute.problem?.code === "not_found") return <Gone />;
  if (!dispute.data)
    return dispute.problem ? <ProblemBanner problem={dispute.problem} retry={dispute.reload} /> : <PageSkeleton />;
  return <Whole dispute={dispute.data} query={dispute} />;
}

function Gone() {
  const words = t().disputes.gone;
  useTitle(words.title);
  return (
    <Empty whole icon="scale" title={words.title} act={<ButtonLink href="/disputes">{words.way}</ButtonLink>}>
      {words.text}
    </Empty>
  );
}

/** To a performer no sum is shown before it is known what commission takes of it, as the order has it. */
export function Whole(props: { dispute: Dispute; query: Query<Dispute> }) {
  const { dispute } = props;
  const performs = sideOf(dispute) === "performer";
  const rate = useQuery(async (): Promise<Rate | null> => {
    if (!performs) return null;
    const path = { order_id: dispute.order_id };
    const { price, commission_bps } = await answered(api.GET("/orders/{order_id}", { params: { path } }));
    return { unit: price, bps: commission_bps };
  }, [dispute.order_id, performs]);
  if (rate.data === undefined)
    return rate.problem ? <ProblemBanner problem={rate.problem} retry={rate.reload} /> : <PageSkeleton />;
  return <Parts {...props} rate={rate.data} />;
}

function Parts({ dispute, query, rate }: { dispute: Dispute; query: Query<Dispute>; rate: Rate | null }) {
  const words = t().disputes;
  const title = titleOf(dispute);
  const entries = useEntries(dispute);
  const told = toldOf(dispute);
  const over = dispute.ended_at !== null;
  const [moved, setMoved] = useState(false);
  const props: DisputeProps = {
    dispute,
    rate,
    onDone: (after) => {
      setMoved(false);
      query.put(after);
    },
    onMoved: () => {
      setMoved(true);
      query.reload();
    },
  };
  useTitle(words.heading(title.text));
  return (
    <div class="stack stack-l">
      <div class="head nomb">
        <p>
          <a class="back" href={`/disputes?role=${sideOf(dispute) ?? "customer"}`}>
            <Icon name="arrow-left" />
            {words.title}
          </a>
        </p>
        <h1 lang={title.lang}>{words.heading(title.text)}</h1>
        <p class="row small">
          <PhaseBadge phase={dispute.phase} />
          <span class="badge">
            <Icon name={KIND_ICON[dispute.kind]} />
            {t().market.kinds[dispute.kind]}
          </span>
          <a class="back" href={`/orders/${dispute.order_id}${hash(dispute)}`}>
            {words.order}
          </a>
          <span class="muted">{words.youAnd(told.other)}</span>
          {told.arbiter && <span class="muted">{words.arbiterIs(told.arbiter)}</span>}
        </p>
      </div>
      {moved && (
        <Banner tone="warn">
          <b>{words.moved.title}</b> {words.moved.now}
        </Banner>
      )}
      <ProblemBanner problem={query.problem} retry={query.reload} />
      <PhaseBar dispute={dispute} entries={entries.data ?? []} />
      {over ? <Ending {...props} /> : <DisputeTurn {...props} />}
      <div class="two dispute-page">
        <Talk {...props} entries={entries} />
        {!over && (
          <aside class="stack" aria-label={words.money.title}>
            <Proposals {...props} />
            <MoneyCard dispute={dispute} />
            <Withdraw {...props} />
          </aside>
        )}
        <Evidence dispute={dispute} source={ofSide(dispute)} />
      </div>
    </div>
  );
}

/** To the session on the order's page. */
function hash({ session_id }: Dispute): string {
  return session_id ? `#session-${session_id}` : "";
}

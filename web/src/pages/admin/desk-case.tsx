/** One dispute on the desk: what it is about, what both sides wrote beside the evidence, and the verdict (R73, D27, D28). */
import { useEffect, useRef, useState } from "preact/hooks";
import { answered, api, type Schemas } from "../../api/client.ts";
import { useDisputeUpdates } from "../../disputes/dispute-live.ts";
import { GoodsAfter } from "../../disputes/division.tsx";
import { day, lang, moment, money, t } from "../../i18n/index.ts";
import { KIND_ICON } from "../../market/finding.ts";
import { textFor } from "../../market/texts.ts";
import { useTitle } from "../../shell/page.tsx";
import { useFresh } from "../../state/fresh.ts";
import { useQuery } from "../../state/query.ts";
import { ButtonLink } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Banner, Empty, ProblemBanner } from "../../ui/notices.tsx";
import { type Acting, HandOver, Take } from "./desk-acts.tsx";
import { DeskReading } from "./desk-reading.tsx";
import { type DeskPhase, deskAddress, standingOf } from "./desk-rules.ts";
import { Left } from "./desk-term.tsx";

type Page = Schemas["DisputePage"];

export function DeskCase(props: { id: string; phase: DeskPhase; onChanged: (page: Page) => void }) {
  const { id, onChanged } = props;
  const path = { dispute_id: id };
  const query = useQuery(() => answered(api.GET("/admin/disputes/{dispute_id}", { params: { path } })), [id]);
  const [moved, setMoved] = useState(false);
  const [byDefault, setByDefault] = useState<Schemas["SplitView"] | null>(null);
  useFresh(query.reload);
  useDisputeUpdates(query.reload, id);
  const dispute = query.data;
  useEffect(() => {
    if (dispute) onChanged(dispute);
  }, [dispute]);
  const acting = {
    onDone: (after: Page) => {
      setMoved(false);
      query.put(after);
    },
    onMoved: () => {
      setMoved(true);
      query.reload();
    },
  };
  if (!dispute) {
    if (query.problem) return <NotShown code={query.problem.code} query={query} phase={props.phase} />;
    return (
      <div class="stack" role="status" aria-busy="true">
        <span class="sr">{t().common.loading}</span>
        <div class="skeleton sk-title" aria-hidden="true" />
        <div class="skeleton case-shape" aria-hidden="true" />
      </div>
    );
  }
  return (
    <section class="stack stack-l desk-case">
      <Top dispute={dispute} byDefault={byDefault} {...acting} />
      {moved && (
        <Banner tone="warn">
          <b>{t().disputes.moved.title}</b> {t().disputes.moved.now}
        </Banner>
      )}
      <ProblemBanner problem={query.problem} retry={query.reload} />
      <Body dispute={dispute} onDefault={setByDefault} {...acting} />
    </section>
  );
}

function NotShown(props: { code: string; query: ReturnType<typeof useQuery<Page>>; phase: DeskPhase }) {
  const words = t().desk.gone;
  const back = <ButtonLink href={deskAddress(props.phase)}>{words.back}</ButtonLink>;
  if (props.code === "not_found") return <Empty whole icon="search" title={words.title} act={back} />;
  if (props.code === "forbidden") {
    return (
      <Empty whole icon="lock" title={words.forbiddenTitle} act={back}>
        {words.forbidden}
      </Empty>
    );
  }
  return <ProblemBanner problem={props.query.problem} retry={props.query.reload} />;
}

/** The heading has the focus once the dispute is there: it was chosen in a list. */
function Top(props: Acting & { byDefault: Schemas["SplitView"] | null }) {
  const { dispute } = props;
  const heading = useRef<HTMLHeadingElement>(null);
  const title = textFor(dispute.title, lang());
  useTitle(title.text);
  useEffect(() => {
    const chosen = heading.current;
    chosen?.focus({ preventScroll: true });
    // On a phone the queue stands above.
    if (chosen && chosen.getBoundingClientRect().top > innerHeight / 2) chosen.scrollIntoView();
  }, []);
  return (
    <div class="stack">
      <div class="row between desk-top">
        <div class="stack stack-s">
          <h1 class="admin-h" ref={heading} tabIndex={-1} lang={title.lang}>
            {title.text}
          </h1>
          <p class="row small">
            <span class="badge badge-accent">
              <Icon name={KIND_ICON[dispute.kind]} />
              {t().market.kinds[dispute.kind]}
            </span>
            <span class="muted">{t().desk.facts.opened(day(dispute.created_at))}</span>
          </p>
        </div>
        {dispute.acts.includes("hand_over") && <HandOver {...props} />}
      </div>
      <Facts dispute={dispute} byDefault={props.byDefault} />
    </div>
  );
}

function Facts({ dispute, byDefault }: { dispute: Page; byDefault: Schemas["SplitView"] | null }) {
  const words = t().desk.facts;
  const due = dispute.deadline?.due_at;
  const { opened_by, arbiter_name, mine } = dispute;
  const side = (who: Schemas["Side"]) => (opened_by === who ? words.openedIt(words[who]) : words[who]);
  return (
    <dl class="desk-facts">
      <div>
        <dt>{words.amount}</dt>
        <dd>
          {money(dispute.amount)}
          {dispute.ended_at === null && <small>{whereWords(dispute)}</small>}
        </dd>
      </div>
      <div>
        <dt>{side("customer")}</dt>
        <dd>{dispute.customer_name}</dd>
      </div>
      <div>
        <dt>{side("performer")}</dt>
        <dd>{dispute.performer_name}</dd>
      </div>
      {due && (
        <div>
          <dt>{words.decideBy}</dt>
          <dd>
            <time dateTime={due}>{moment(due)}</time>
            <Left due={due} />
          </dd>
        </div>
      )}
      {byDefault && dispute.ended_at === null && (
        <div>
          <dt>{words.byDefault}</dt>
          <dd>{dividedWords(byDefault)}</dd>
        </div>
      )}
      {arbiter_name && !mine && (
        <div>
          <dt>{words.arbiter}</dt>
          <dd>{arbiter_name}</dd>
        </div>
      )}
    </dl>
  );
}

/** Where the amount lay when the dispute was opened. */
function whereWords({ amount, in_escrow }: Page): string {
  const words = t().desk.facts;
  if (in_escrow.amount_minor === 0) return words.paid;
  return in_escrow.amount_minor === amount.amount_minor ? words.held : words.part(money(in_escrow));
}

function dividedWords({ to_customer, to_performer }: Schemas["SplitView"]): string {
  const words = t().desk.facts;
  if (to_performer.amount_minor === 0) return words.all.customer;
  if (to_customer.amount_minor === 0) return words.all.performer;
  return words.split({ toCustomer: money(to_customer), toPerformer: money(to_performer) });
}

function Body(props: Acting & { onDefault: (split: Schemas["SplitView"] | null) => void }) {
  const { dispute } = props;
  const words = t().desk.closed;
  switch (standingOf(dispute)) {
    case "over":
      return <Over dispute={dispute} />;
    case "free":
      return <Take {...props} />;
    case "closed":
      return dispute.arbiter_name && dispute.phase === "arbitration" ? (
        <Empty icon="lock" title={words.taken(dispute.arbiter_name)}>
          {words.takenText}
        </Empty>
      ) : (
        <Empty icon="lock" title={words.waiting}>
          {words.waitingText}
        </Empty>
      );
    case "read":
      return (
        <>
          <Banner tone="info">
            <b>{words.read}.</b> {words.readText[dispute.phase === "admin" ? "admin" : "other"]}
          </Banner>
          <DeskReading {...props} />
        </>
      );
    case "decide":
      return <DeskReading {...props} />;
  }
}

/** What became of it. */
function Over({ dispute }: { dispute: Page }) {
  const words = t().desk.over;
  const { outcome, phase, ended_at } = dispute;
  const title =
    phase === "withdrawn"
      ? words.withdrawn
      : outcome?.how === "default"
        ? words.default
        : outcome?.how === "agreement"
          ? words.settled
          : words.decided;
  return (
    <section class="card stack">
      <h2>{title}</h2>
      {ended_at && (
        <p class="small muted">
          <time dateTime={ended_at}>{words.at(moment(ended_at))}</time>
        </p>
      )}
      {phase === "withdrawn" && <p>{words.withdrawnText}</p>}
      {outcome && (
        <dl class="sum outcome">
          <div>
            <dt>{t().desk.facts.customer}</dt>
            <dd>{money(outcome.split.to_customer)}</dd>
          </div>
          <div>
            <dt>{t().desk.facts.performer}</dt>
            <dd>{money(outcome.split.to_performer)}</dd>
          </div>
        </dl>
      )}
      {outcome && <GoodsAfter keeps={outcome.keeps_goods} reader="staff" />}
      {outcome?.reasons && (
        <div class="stack stack-s">
          <h3 class="h-s">{words.reasons}</h3>
          <p class="prose">{outcome.reasons}</p>
        </div>
      )}
    </section>
  );
}

/** The arbiters' desk: disputes that wait for a decision beside the one that is open (R73, D27, D28, D31). */
import { useRef } from "preact/hooks";
import { useLocation } from "preact-iso";
import { answered, api, type Schemas } from "../../api/client.ts";
import { useDisputeUpdates } from "../../disputes/dispute-live.ts";
import { lang, money, t } from "../../i18n/index.ts";
import { textFor } from "../../market/texts.ts";
import { useTitle } from "../../shell/page.tsx";
import { useFresh } from "../../state/fresh.ts";
import { me } from "../../state/me.ts";
import { usePages } from "../../state/query.ts";
import { Button } from "../../ui/button.tsx";
import { Empty, ProblemBanner } from "../../ui/notices.tsx";
import { DeskCase } from "./desk-case.tsx";
import { DESK_PHASES, type DeskPhase, deskAddress, groupsOf, phaseOf, withCard } from "./desk-rules.ts";
import { Left } from "./desk-term.tsx";
import "../../styles/desk.css";

const QUEUE_MS = 30_000;

type Card = Schemas["DisputeCard"];

export function Desk({ id }: { id: string | undefined }) {
  const { query } = useLocation();
  const phase = phaseOf(query.phase, me.value?.roles ?? []);
  const queue = usePages(
    (cursor) => answered(api.GET("/admin/disputes", { params: { query: cursor ? { phase, cursor } : { phase } } })),
    [phase],
  );
  // A frame may be lost, and the list lags behind by moments when it comes.
  useFresh(queue.reload, QUEUE_MS);
  useDisputeUpdates(queue.reload);
  const latest = useRef(queue);
  latest.current = queue;
  // The service's own list lags behind by moments: what was just done is put into it here.
  const put = (card: Card) => {
    const { data } = latest.current;
    if (data) latest.current.put(withCard(data, card, phase));
  };
  return (
    <div class="two admin">
      {!id && <h1 class="sr">{t().admin.disputes}</h1>}
      <nav
        aria-label={t().desk.queue.label}
        class={id ? "stack stack-s desk-queue desk-beside" : "stack stack-s desk-queue"}
      >
        <Queue queue={queue} phase={phase} id={id} />
      </nav>
      {id ? <DeskCase key={id} id={id} phase={phase} onChanged={put} /> : <Choose />}
    </div>
  );
}

function Choose() {
  const words = t().desk.choose;
  useTitle(t().admin.disputes);
  return (
    <div class="desk-choose">
      <Empty icon="scale" title={words.title}>
        {words.text}
      </Empty>
    </div>
  );
}

type Listed = ReturnType<typeof usePages<Card>>;

function Queue({ queue, phase, id }: { queue: Listed; phase: DeskPhase; id: string | undefined }) {
  const words = t().desk;
  const cards = queue.data;
  return (
    <>
      <h2 class="row">
        {words.queue.title}{" "}
        {cards && (
          <span class="badge">
            {cards.length}
            {queue.more && "+"}
          </span>
        )}
      </h2>
      <div class="seg seg-s" role="group" aria-label={words.phase.label}>
        {DESK_PHASES.map((it) => (
          <a key={it} href={deskAddress(it, id)} aria-current={it === phase ? "true" : undefined}>
            {words.phase[it]}
          </a>
        ))}
      </div>
      <p class="xs muted">{words.phaseText[phase]}</p>
      <ProblemBanner problem={queue.problem} retry={queue.reload} />
      {!cards && !queue.problem && (
        <div class="stack stack-s" role="status" aria-busy="true">
          <span class="sr">{t().common.loading}</span>
          {[1, 2, 3].map((n) => (
            <div class="skeleton q-shape" key={n} aria-hidden="true" />
          ))}
        </div>
      )}
      {cards?.length === 0 && (
        <div class="stack stack-s q-none">
          <p class="strong">{words.queue.empty[phase]}</p>
          <Button onPress={queue.reload} busy={queue.loading}>
            {words.queue.reload}
          </Button>
        </div>
      )}
      {cards &&
        groupsOf(cards, phase).map((group) => (
          <div key={group.name}>
            <h3 class="q-h">{words.queue.groups[group.name]}</h3>
            <div class="queue">
              {group.cards.map((card) => (
                <Row key={card.id} card={card} phase={phase} open={card.id === id} />
              ))}
            </div>
          </div>
        ))}
      {queue.more && (
        <Button onPress={queue.more} busy={queue.loadingMore}>
          {t().common.more}
        </Button>
      )}
    </>
  );
}

function Row({ card, phase, open }: { card: Card; phase: DeskPhase; open: boolean }) {
  const words = t().desk.queue;
  const title = textFor(card.title, lang());
  const due = card.deadline?.due_at;
  return (
    <a href={deskAddress(phase, card.id)} aria-current={open ? "true" : undefined}>
      <span class="q-top">
        <b lang={title.lang}>{title.text}</b>
        <span class="num">{money(card.amount, "round")}</span>
      </span>
      <small>
        {t().market.kinds[card.kind]} · {words.sides(card.customer_name, card.performer_name)}
      </small>
      <small>{[...(card.mine ? [] : withWhom(card)), ...stands(card)].join(" · ")}</small>
      {due && <Left due={due} />}
    </a>
  );
}

function withWhom({ arbiter_name }: Card): string[] {
  return arbiter_name === null ? [] : [t().desk.queue.with(arbiter_name)];
}

/** What is awaited in it, if anything is. */
function stands({ awaited, proposal }: Card): string[] {
  const words = t().desk.queue;
  const [first, second] = awaited;
  const asked = first ? [second ? words.askedBoth : words.asked[first]] : [];
  return [...asked, ...(proposal ? [words.offered] : [])];
}

/** An order's sessions: how long, why over, at what cost, and what was written (E13). */
import { useEffect, useId, useState } from "preact/hooks";
import { answered, api, type Schemas } from "../../api/client.ts";
import { clock, duration, moment, money, plural, t } from "../../i18n/index.ts";
import { type Consulted, shareOf } from "../../market/order-rules.ts";
import { socket } from "../../socket/socket.ts";
import { useFresh } from "../../state/fresh.ts";
import { usePages } from "../../state/query.ts";
import { Button } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { ProblemBanner } from "../../ui/notices.tsx";
import { Recourse } from "./recourse.tsx";

type Order = Consulted<Schemas["OrderPage"]>;
type Session = Schemas["SessionView"];

export function Sessions({ order }: { order: Order }) {
  const words = t().market.sessions;
  const sessions = usePages(
    (cursor) =>
      answered(
        api.GET("/orders/{order_id}/sessions", {
          params: { path: { order_id: order.id }, query: cursor ? { cursor } : {} },
        }),
      ),
    // A session that began, or ended, or was disputed changes the order too.
    [order.id, order.consultation.live_session_id, order.consultation.prepaid, order.dispute_id],
  );
  useFresh(sessions.reload);
  // What was given back of one changes nothing that the order itself shows.
  useEffect(
    () =>
      socket.on("order.updated", ({ order_id }) => {
        if (order_id === order.id) sessions.reload();
      }),
    [order.id],
  );
  const loaded = sessions.data !== undefined;
  useEffect(() => {
    if (loaded && location.hash.startsWith("#session-"))
      document.getElementById(location.hash.slice(1))?.scrollIntoView();
  }, [loaded]);
  return (
    <section class="stack" aria-labelledby="sessions">
      <h2 id="sessions">{words.title}</h2>
      <ProblemBanner problem={sessions.problem} retry={sessions.reload} />
      {!sessions.data && !sessions.problem && (
        <div class="stack stack-s" role="status" aria-busy="true">
          <span class="sr">{t().common.loading}</span>
          <div class="skeleton sk-2" aria-hidden="true" />
        </div>
      )}
      {sessions.data?.length === 0 && <p class="muted">{words.none}</p>}
      {sessions.data && sessions.data.length > 0 && (
        <ul class="sessions">
          {sessions.data.map((session) => (
            <li key={session.id} id={`session-${session.id}`}>
              <Row session={session} order={order} onChanged={sessions.reload} />
            </li>
          ))}
        </ul>
      )}
      {sessions.more && (
        <p>
          <Button onPress={sessions.more} busy={sessions.loadingMore}>
            {t().common.more}
          </Button>
        </p>
      )}
    </section>
  );
}

function Row(props: { session: Session; order: Order; onChanged: () => void }) {
  const { session, order } = props;
  const { role } = order;
  const [open, setOpen] = useState(false);
  const panel = useId();
  const words = t().market.sessions;
  const said = session.reason ? t().market.reasons[session.reason] : words.live;
  const blocks = kept(session, role);
  const cost = blocks > 0 ? words.paid[role](money(moved(session, order)), plural(blocks, words.blocks)) : words.free;
  const back = returnedOf(session, role);
  return (
    <>
      <div class="session">
        <p>
          <time class="strong" dateTime={session.called_at}>
            {moment(session.called_at)}
          </time>
        </p>
        <p class={`session-cost num${blocks > 0 ? " strong" : " muted"}`}>
          <span class="sr">{words.cost}: </span>
          {session.state === "ended" || blocks > 0 ? cost : ""}
          {back && `, ${back}`}
        </p>
        <p class="small muted">
          {said}
          {session.started_at &&
            session.ended_at &&
            ` ·\u00a0${words.length(duration(session.duration_seconds * 1000))}`}
        </p>
        <Recourse order={order} session={session} onChanged={props.onChanged} />
        {session.answered_at && session.state === "ended" && (
          <button
            type="button"
            class="link small session-more"
            aria-expanded={open}
            aria-controls={panel}
            onClick={() => setOpen(!open)}
          >
            {words.transcript}
            <Icon name="chevron-down" />
          </button>
        )}
      </div>
      <div id={panel} hidden={!open}>
        {open && <Transcript session={session} role={role} />}
      </div>
    </>
  );
}

/** What has come back of it: by our own fault, or by the performer, an agreement, a verdict. */
function returnedOf(session: Session, role: Schemas["Side"]): string {
  const ours = role === "customer" ? session.returned.amount_minor : 0;
  const minor = ours + session.refunded.amount_minor;
  return minor > 0 ? t().market.sessions.returned[role](money({ ...session.returned, amount_minor: minor })) : "";
}

/** What a session took from the customer, or brought the performer: of each block the commission is taken by itself (D11). */
function moved(session: Session, { role, price, commission_bps }: Order): Schemas["Money"] {
  if (role === "customer") return session.billed;
  const share = shareOf(price, commission_bps);
  return { ...share, amount_minor: share.amount_minor * kept(session, role) };
}

/** Blocks that the customer paid for, or that the performer earned: they keep what we gave back to the customer (E15). */
function kept(session: Session, role: Schemas["Side"]): number {
  return session.billed_blocks + (role === "performer" ? session.returned_blocks : 0);
}

/** What was written, the oldest at the top; the service gives the newest first. */
function Transcript({ session, role }: { session: Session; role: Schemas["Side"] }) {
  const words = t().market.sessions;
  const messages = usePages(
    (cursor) =>
      answered(
        api.GET("/sessions/{session_id}/transcript", {
          params: { path: { session_id: session.id }, query: cursor ? { cursor } : {} },
        }),
      ),
    [session.id],
  );
  if (messages.problem?.code === "gone") return <p class="small muted">{words.transcriptGone}</p>;
  const names = { customer: t().market.page.customer, performer: t().market.page.performer };
  return (
    <div class="stack stack-s transcript">
      <ProblemBanner problem={messages.problem} retry={messages.reload} />
      {!messages.data && !messages.problem && <div class="skeleton sk-2" />}
      {messages.data?.length === 0 && <p class="small muted">{words.transcriptNone}</p>}
      {messages.more && (
        <Button look="quiet" onPress={messages.more} busy={messages.loadingMore}>
          {words.earlier}
        </Button>
      )}
      {messages.data && messages.data.length > 0 && (
        <ol class="chat">
          {messages.data.toReversed().map((message) => (
            <li class={message.author === role ? "msg msg-me" : "msg"} key={`${message.author} ${message.client_id}`}>
              <p class="prose">{message.text}</p>
              <footer>
                <span>{message.author === role ? words.you : names[message.author]}</span>
                <time dateTime={message.at}>{clock(message.at)}</time>
              </footer>
            </li>
          ))}
        </ol>
      )}
    </div>
  );
}

/** What the service itself knows of what is disputed: of a session its paid blocks, of work what was done in the order (D27, D29). */
import type { ComponentChildren } from "preact";
import { useId, useState } from "preact/hooks";
import type { Schemas } from "../api/client.ts";
import { clock, moment, money, number, t } from "../i18n/index.ts";
import { GoodsBought } from "../pages/orders/goods-bought.tsx";
import { OrderLog } from "../pages/orders/thread.tsx";
import { usePages, useQuery } from "../state/query.ts";
import { Button } from "../ui/button.tsx";
import { Icon } from "../ui/icon.tsx";
import { ProblemBanner } from "../ui/notices.tsx";
import { type Side, sideOf } from "./dispute-rules.ts";
import { nameOf } from "./dispute-told.ts";
import { MediaTable } from "./media-table.tsx";
import type { DisputeSource } from "./sources.ts";
import "../styles/disputes.css";

type Card = Schemas["DisputeCard"];
type Block = Schemas["BlockView"];
type Flow = Schemas["Flow"];

const MINUTES = 15;
const FLOW_LOOK: Record<Flow, string> = { flowed: "on", silent: "gap", unknown: "wait" };

/** `whole`: of an order's thread everything, not the acts alone. */
export function Evidence(props: { dispute: Card; source: DisputeSource; whole?: boolean }) {
  const { dispute, source, whole } = props;
  if (dispute.session_id !== null) return <SessionRecord dispute={dispute} source={source} />;
  if (dispute.kind === "files") return <GoodsRecord dispute={dispute} source={source} whole={whole ?? false} />;
  return <OrderRecord dispute={dispute} source={source} whole={whole ?? false} />;
}

/** What was sold, and how often its customer was given a link to each file; staff read also what was written in the order. */
function GoodsRecord({ dispute, source, whole }: { dispute: Card; source: DisputeSource; whole: boolean }) {
  const words = t().disputes.evidence;
  return (
    <section class="evid" aria-labelledby="sold">
      <div>
        <h2 id="sold">{words.title.files}</h2>
        <p class="small muted">
          {words.intro.files} {!whole && words.correspondence}
        </p>
      </div>
      <GoodsBought
        source={source.goods}
        of={`${dispute.id} ${dispute.ended_at}`}
        labelledBy="sold"
        own={dispute.role === "performer"}
      />
      {whole && <OrderRecord dispute={dispute} source={source} whole />}
    </section>
  );
}

function SessionRecord({ dispute, source }: { dispute: Card; source: DisputeSource }) {
  const words = t().disputes.evidence;
  const found = useQuery(source.evidence, [dispute.id, dispute.ended_at]);
  const filmed = found.data?.session?.mode === "video";
  return (
    <section class="evid" aria-labelledby="evidence">
      <div>
        <h2 id="evidence">{words.title.session}</h2>
        {found.data && <p class="small muted">{filmed ? words.intro.video : words.intro.text}</p>}
      </div>
      {found.problem?.code === "gone" ? (
        <p class="muted">{words.gone}</p>
      ) : (
        <ProblemBanner problem={found.problem} retry={found.reload} />
      )}
      {!found.data && !found.problem && <Shape />}
      {found.data?.session && <Times session={found.data.session} />}
      {filmed && <Legend />}
      {found.data?.blocks.length === 0 && <p class="muted">{words.none}</p>}
      {found.data && found.data.blocks.length > 0 && (
        <ol class="blks">
          {found.data.blocks.map((block) => (
            <BlockRow block={block} dispute={dispute} filmed={filmed} key={block.number} />
          ))}
        </ol>
      )}
      {found.data && (
        <div class="evid-more">
          <Fold title={words.transcript}>{() => <Transcript dispute={dispute} source={source} />}</Fold>
          {filmed && <Fold title={words.report}>{() => <MediaTable dispute={dispute} source={source} />}</Fold>}
        </div>
      )}
    </section>
  );
}

function Shape() {
  return (
    <div class="stack stack-s" role="status" aria-busy="true">
      <span class="sr">{t().common.loading}</span>
      <div class="skeleton sk-2" aria-hidden="true" />
      <div class="skeleton sk-3" aria-hidden="true" />
    </div>
  );
}

/** When it ran, and how it ended. */
function Times({ session }: { session: Schemas["SessionFacts"] }) {
  const words = t().disputes.evidence;
  return (
    <p class="small">
      {session.started_at && words.started(moment(session.started_at))}{" "}
      {session.ended_at && words.ended(moment(session.ended_at))}{" "}
      {session.reason && `${t().market.reasons[session.reason]}.`}
    </p>
  );
}

function Legend() {
  const { legend } = t().disputes.evidence;
  const rows = [
    ["on", legend.flowed],
    ["gap", legend.silent],
    ["wait", legend.unknown],
    ["", legend.off],
  ] as const;
  return (
    <p class="legend2 small" aria-hidden="true">
      {rows.map(([look, name]) => (
        <span key={name}>
          <i class={`lg ${look}`} />
          {name}
        </span>
      ))}
    </p>
  );
}

function BlockRow({ block, dispute, filmed }: { block: Block; dispute: Card; filmed: boolean }) {
  const words = t().disputes.evidence;
  const reader = sideOf(dispute) ?? "staff";
  return (
    <li class={`blk${block.had ? "" : " hot"}`}>
      <header>
        <h3>{words.block(block.number + 1)}</h3>
        <span class="num muted">
          {clock(block.from_at)}–{clock(block.to_at)}
        </span>
        <span class="strong num blk-sum">{money(block.price)}</span>
        <span class={block.had ? "badge" : "badge badge-warn"}>
          <Icon name={block.had ? "check" : "flag"} />
          {block.had ? words.had : words.notHad}
        </span>
      </header>
      {filmed && (
        <dl class="media">
          <Ticks name={words.received[reader]} flows={block.received} />
          <Ticks name={words.sent[reader]} flows={block.sent} />
        </dl>
      )}
      <p class="small">
        {words.why[block.why]} {filmed && block.why === "boundary" && <Heard block={block} dispute={dispute} />}
        {!filmed && words.wrote(number(block.customer_messages), number(block.performer_messages))}
      </p>
    </li>
  );
}

/** The reports that stood behind the debit. */
function Heard({ block, dispute }: { block: Block; dispute: Card }) {
  const words = t().disputes.evidence;
  const said = (side: Side, at: string | null) =>
    at ? words.heard(nameOf(dispute, side), clock(at)) : words.notHeard(nameOf(dispute, side));
  return (
    <>
      {said("customer", block.customer_reported_at)} {said("performer", block.performer_reported_at)}
    </>
  );
}

/** Minutes of a block as a drawing, with the figures beside it. */
function Ticks({ name, flows }: { name: string; flows: readonly Flow[] }) {
  const words = t().disputes.evidence;
  const count = (flow: Flow) => flows.filter((it) => it === flow).length;
  const unknown = count("unknown");
  const said = words.of(count("flowed"), flows.length);
  return (
    <div>
      <dt>{name}</dt>
      <dd class="tk" aria-hidden="true">
        {Array.from({ length: Math.max(MINUTES, flows.length) }, (_, n) => {
          const flow = flows[n];
          return <i key={n} class={flow ? FLOW_LOOK[flow] : ""} />;
        })}
      </dd>
      <dd class="num muted">{unknown > 0 ? `${said}, ${words.unknownToo(unknown)}` : said}</dd>
    </div>
  );
}

/** Something long, which is read only when it is opened. */
function Fold({ title, children }: { title: string; children: () => ComponentChildren }) {
  const [open, setOpen] = useState(false);
  const panel = useId();
  return (
    <div class="fold">
      <button type="button" class="fold-head" aria-expanded={open} aria-controls={panel} onClick={() => setOpen(!open)}>
        <Icon name="file" />
        <span class="grow">{title}</span>
        <Icon name="chevron-down" />
      </button>
      <div id={panel} class="fold-body" hidden={!open}>
        {open && children()}
      </div>
    </div>
  );
}

/** What was written in the session, the oldest at the top. */
function Transcript({ dispute, source }: { dispute: Card; source: DisputeSource }) {
  const words = t().disputes.evidence;
  const messages = usePages(source.transcript, [dispute.id]);
  if (messages.problem?.code === "gone") return <p class="small muted">{words.gone}</p>;
  return (
    <div class="stack stack-s">
      <ProblemBanner problem={messages.problem} retry={messages.reload} />
      {!messages.data && !messages.problem && <Shape />}
      {messages.data?.length === 0 && <p class="small muted">{words.transcriptNone}</p>}
      {messages.more && (
        <Button look="quiet" onPress={messages.more} busy={messages.loadingMore}>
          {t().market.sessions.earlier}
        </Button>
      )}
      {messages.data && messages.data.length > 0 && (
        <ol class="chat">
          {messages.data.toReversed().map((message) => (
            <li
              class={message.author === dispute.role ? "msg msg-me" : "msg"}
              key={`${message.author} ${message.client_id}`}
            >
              <p class="who">
                {message.author === dispute.role ? t().disputes.thread.you : nameOf(dispute, message.author)}
              </p>
              <p class="msg-text">{message.text}</p>
              <footer>
                <time dateTime={message.at}>{clock(message.at)}</time>
              </footer>
            </li>
          ))}
        </ol>
      )}
    </div>
  );
}

/** What was done in the order, the oldest at the top; of a side, messages stay on the order's page. */
function OrderRecord(props: { dispute: Card; source: DisputeSource; whole: boolean }) {
  const { dispute, source, whole } = props;
  const words = t().disputes.evidence;
  const thread = usePages(source.order, [dispute.id, dispute.ended_at]);
  const entries = (thread.data ?? []).filter(({ act }) => whole || act !== null).toReversed();
  return (
    <section class="evid" aria-labelledby="evidence">
      <div>
        <h2 id="evidence">{words.title.work}</h2>
        <p class="small muted">
          {dispute.kind === "files" ? words.intro.written : words.intro.work} {!whole && words.correspondence}
        </p>
      </div>
      <ProblemBanner problem={thread.problem} retry={thread.reload} />
      {!thread.data && !thread.problem && <Shape />}
      {thread.more && (
        <p>
          <Button look="quiet" onPress={thread.more} busy={thread.loadingMore}>
            {t().disputes.thread.earlier}
          </Button>
        </p>
      )}
      {thread.data && entries.length === 0 && <p class="muted">{words.noneWork}</p>}
      {entries.length > 0 && (
        <OrderLog
          entries={entries}
          whole={thread.more === null}
          role={sideOf(dispute)}
          labelledBy="evidence"
          link={source.orderFile}
        />
      )}
    </section>
  );
}

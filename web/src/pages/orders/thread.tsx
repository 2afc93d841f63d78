/** What the two sides of an order write to each other and do, with the files of it (R59, R66, D32). */
import { Fragment } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { answered, api, keyed, type Schemas } from "../../api/client.ts";
import { Composer } from "../../files/composer.tsx";
import { FileList } from "../../files/file-list.tsx";
import { useRecheck } from "../../files/scans.ts";
import { clock, day, moment, t } from "../../i18n/index.ts";
import { socket } from "../../socket/socket.ts";
import { useFresh } from "../../state/fresh.ts";
import { useQuery } from "../../state/query.ts";
import { useReadMark } from "../../state/read-mark.ts";
import { refreshUnread } from "../../state/unread.ts";
import { Button } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { ProblemBanner } from "../../ui/notices.tsx";

type Entry = Schemas["ThreadEntry"];
type Order = Schemas["OrderPage"];

const AT_MOST = 4000;
const PAGE = 50;

export function Thread({ order }: { order: Order }) {
  const words = t().work.thread;
  const [pages, setPages] = useState(1);
  const thread = useQuery(() => read(order.id, pages), [order.id, pages, order.state, order.work?.proposal?.number]);
  useFresh(thread.reload);
  useRecheck(thread.data?.items.flatMap(({ attachments }) => attachments) ?? [], thread.data, thread.reload);
  useEffect(() => {
    const reload = ({ order_id }: { order_id: string }) => order_id === order.id && thread.reload();
    const stops = [
      socket.on("message.new", reload),
      socket.on("message.read", reload),
      socket.on("order.updated", reload),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }, [order.id]);
  useReadMark(thread.data ? newest(order, thread.data.items) : "", async (up_to) => {
    const params = { path: { order_id: order.id } };
    await answered(api.POST("/orders/{order_id}/read", { params, body: { up_to } }));
    refreshUnread();
  });
  const entries = thread.data?.items.toReversed() ?? [];
  const section = useRef<HTMLElement>(null);
  const loaded = thread.data !== undefined;
  // Whoever comes from the correspondence looks for what was said last.
  useEffect(() => {
    if (loaded && location.hash === "#talk") section.current?.scrollIntoView({ block: "end" });
  }, [loaded]);
  return (
    <section class="talk" aria-labelledby="talk" ref={section}>
      <h2 id="talk">{words.title}</h2>
      <ProblemBanner problem={thread.problem} retry={thread.reload} />
      {!thread.data && !thread.problem && (
        <div class="stack stack-s" role="status" aria-busy="true">
          <span class="sr">{t().common.loading}</span>
          <div class="skeleton sk-2" aria-hidden="true" />
        </div>
      )}
      {thread.data?.next_cursor && (
        <p>
          <Button look="quiet" busy={thread.loading} onPress={() => setPages(pages + 1)}>
            {words.earlier}
          </Button>
        </p>
      )}
      {thread.data && entries.length === 0 && <p class="muted">{words.none}</p>}
      {entries.length > 0 && (
        <OrderLog
          entries={entries}
          whole={thread.data?.next_cursor === null}
          role={order.role}
          labelledBy="talk"
          link={(id) => fileOf(order.id, id)}
          readUpTo={thread.data?.read_up_to}
        />
      )}
      {thread.data?.open && (
        <Composer
          draft={`thread.${order.id}`}
          label={words.label}
          placeholder={words.write(order.other_name)}
          hint={words.limits}
          maxLength={AT_MOST}
          send={async (body, key) => {
            const params = { path: { order_id: order.id }, ...keyed(key) };
            await answered(api.POST("/orders/{order_id}/messages", { params, body }));
            thread.reload();
          }}
          onMoved={thread.reload}
        />
      )}
      {thread.data?.open && thread.data.closes_at && <p class="hint">{words.until(moment(thread.data.closes_at))}</p>}
      {thread.data && !thread.data.open && <p class="muted">{words.closed}</p>}
    </section>
  );
}

/** When the last came that the reader did not do. To the performer the order itself is news. */
function newest(order: Order, entries: readonly Entry[]): string {
  const last = entries.find(({ by }) => by !== order.role)?.at;
  return last ?? (order.role === "performer" ? order.created_at : "");
}

/** So many pages of it, the newest first. */
async function read(orderId: string, pages: number): Promise<Schemas["ThreadPage"]> {
  const part = (cursor: string | null) =>
    answered(
      api.GET("/orders/{order_id}/thread", {
        params: { path: { order_id: orderId }, query: { limit: PAGE, ...(cursor ? { cursor } : {}) } },
      }),
    );
  let all = await part(null);
  for (let n = 1; n < pages && all.next_cursor; n += 1) {
    const next = await part(all.next_cursor);
    all = { ...all, items: [...all.items, ...next.items], next_cursor: next.next_cursor };
  }
  return all;
}

/**
 * Entries, the oldest first, with the days between. `whole`: none is missing before them, so that deliveries can be counted. `role`: whose own
 * they are; null: nobody's who reads.
 */
export function OrderLog(props: {
  entries: Entry[];
  whole: boolean;
  role: Schemas["Side"] | null;
  labelledBy: string;
  link: (id: string) => Promise<string>;
  readUpTo?: Schemas["ReadUpTo"] | undefined;
}) {
  const { entries, role, readUpTo } = props;
  const seen = readUpTo?.[role === "customer" ? "performer" : "customer"] ?? "";
  let before = "";
  let deliveries = 0;
  return (
    <div class="chat" role="log" aria-labelledby={props.labelledBy}>
      {entries.map((entry) => {
        const date = day(entry.at);
        const fresh = date !== before;
        before = date;
        if (entry.act?.act === "deliver") deliveries += 1;
        return (
          <Fragment key={entry.id}>
            {fresh && <p class="chat-note">{date}</p>}
            <One
              entry={entry}
              role={role}
              link={props.link}
              delivery={props.whole ? deliveries : null}
              seen={entry.at <= seen}
            />
          </Fragment>
        );
      })}
    </div>
  );
}

function One(props: {
  entry: Entry;
  role: Schemas["Side"] | null;
  link: (id: string) => Promise<string>;
  delivery: number | null;
  seen: boolean;
}) {
  const { entry, role, link, delivery, seen } = props;
  const own = entry.by === role;
  const words = t().work.thread;
  const said = entry.text || entry.attachments.length > 0;
  if (entry.act?.act === "deliver") {
    return (
      <article class="delivery" aria-label={words.delivery(delivery)}>
        <header>
          <span class="badge badge-accent">
            <Icon name="circle-check" />
            {words.delivery(delivery)}
          </span>
          <time class="small muted" dateTime={entry.at}>
            {clock(entry.at)}
          </time>
        </header>
        {entry.text && <p class="msg-text">{entry.text}</p>}
        <FileList files={entry.attachments} own={own} link={link} />
      </article>
    );
  }
  return (
    <>
      {entry.act && (
        <p class="chat-note">
          <Icon name="clock" />
          <span>
            {clock(entry.at)} · {words.said[entry.act.act]}
          </span>
        </p>
      )}
      {said && (
        <div class={own ? "msg msg-me" : "msg"}>
          {role === null && (entry.by === "customer" || entry.by === "performer") && (
            <p class="who">{t().disputes.sides[entry.by]}</p>
          )}
          {entry.text && <p class="msg-text">{entry.text}</p>}
          <FileList files={entry.attachments} own={own} link={link} />
          <footer>
            <time dateTime={entry.at}>{clock(entry.at)}</time>
            {own && seen && (
              <>
                <Icon name="check-check" />
                <span class="sr">{words.read}</span>
              </>
            )}
          </footer>
        </div>
      )}
    </>
  );
}

/** The address of a file of the order. */
async function fileOf(orderId: string, attachmentId: string): Promise<string> {
  const params = { path: { order_id: orderId, attachment_id: attachmentId } };
  return (await answered(api.GET("/orders/{order_id}/attachments/{attachment_id}", { params }))).url;
}

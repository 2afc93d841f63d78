/** What the two sides of an order write to each other and do, with the files of it (R59, R66, D32). */
import { Fragment } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { answered, api, keyed, type Schemas } from "../../api/client.ts";
import { AttachButton, Attached, useAttaching } from "../../files/attaching.tsx";
import { sizeOf } from "../../files/sending.ts";
import { clock, day, lang, moment, t } from "../../i18n/index.ts";
import { socket } from "../../socket/socket.ts";
import { useFresh } from "../../state/fresh.ts";
import { useMutation, useQuery } from "../../state/query.ts";
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
  useEffect(() => {
    const reload = ({ order_id }: { order_id: string }) => order_id === order.id && thread.reload();
    const stops = [socket.on("message.new", reload), socket.on("message.read", reload)];
    return () => {
      for (const stop of stops) stop();
    };
  }, [order.id]);
  useRead(order, thread.data?.items);
  const entries = thread.data?.items.toReversed() ?? [];
  return (
    <section class="talk" aria-labelledby="talk">
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
      {entries.length > 0 && <Log entries={entries} order={order} readUpTo={thread.data?.read_up_to} />}
      {thread.data?.open && <Composer order={order} onSent={thread.reload} />}
      {thread.data?.open && thread.data.closes_at && <p class="hint">{words.until(moment(thread.data.closes_at))}</p>}
      {thread.data && !thread.data.open && <p class="muted">{words.closed}</p>}
    </section>
  );
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

/** Says up to when it was read, once somebody looks at it. */
function useRead(order: Order, entries: readonly Entry[] | undefined): void {
  const told = useRef("");
  const newest = entries?.find(({ by }) => by !== order.role)?.at ?? "";
  useEffect(() => {
    const tell = () => {
      if (document.hidden || newest <= told.current) return;
      told.current = newest;
      const params = { path: { order_id: order.id } };
      answered(api.POST("/orders/{order_id}/read", { params, body: { up_to: newest } })).catch(() => {
        told.current = "";
      });
    };
    tell();
    document.addEventListener("visibilitychange", tell);
    return () => document.removeEventListener("visibilitychange", tell);
  }, [newest]);
}

function Log(props: { entries: Entry[]; order: Order; readUpTo: Schemas["ReadUpTo"] | undefined }) {
  const { entries, order, readUpTo } = props;
  const seen = readUpTo?.[order.role === "customer" ? "performer" : "customer"] ?? "";
  let before = "";
  let deliveries = 0;
  return (
    <div class="chat" role="log" aria-labelledby="talk">
      {entries.map((entry) => {
        const date = day(entry.at);
        const fresh = date !== before;
        before = date;
        if (entry.act?.act === "deliver") deliveries += 1;
        return (
          <Fragment key={entry.id}>
            {fresh && <p class="chat-note">{date}</p>}
            <One entry={entry} order={order} delivery={deliveries} seen={entry.at <= seen} />
          </Fragment>
        );
      })}
    </div>
  );
}

function One({ entry, order, delivery, seen }: { entry: Entry; order: Order; delivery: number; seen: boolean }) {
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
        <Files entry={entry} order={order} />
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
        <div class={entry.by === order.role ? "msg msg-me" : "msg"}>
          {entry.text && <p class="msg-text">{entry.text}</p>}
          <Files entry={entry} order={order} />
          <footer>
            <time dateTime={entry.at}>{clock(entry.at)}</time>
            {entry.by === order.role && seen && (
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

function Files({ entry, order }: { entry: Entry; order: Order }) {
  const words = t().work.thread;
  const fetched = useMutation(async (_key, id: string) => {
    const params = { path: { order_id: order.id, attachment_id: id } };
    const { url } = await answered(api.GET("/orders/{order_id}/attachments/{attachment_id}", { params }));
    location.assign(url);
  });
  if (entry.attachments.length === 0) return null;
  return (
    <>
      <ul class="atts">
        {entry.attachments.map(({ id, name, size }) => (
          <li key={id}>
            <span class="att-i">
              <Icon name="paperclip" />
            </span>
            <span class="att-t">
              <b>{name}</b>
              <small>{sizeOf(size, lang())}</small>
            </span>
            <button
              type="button"
              class="btn btn-icon"
              aria-label={words.download(name)}
              onClick={() => fetched.run(id)}
            >
              <Icon name="download" />
            </button>
          </li>
        ))}
      </ul>
      <ProblemBanner problem={fetched.problem} />
    </>
  );
}

function Composer({ order, onSent }: { order: Order; onSent: () => void }) {
  const words = t().work.thread;
  const [text, setText] = useState("");
  const attaching = useAttaching();
  const message = useMutation(async (key) => {
    const body = { text: text.trim(), attachments: attaching.ids };
    const params = { path: { order_id: order.id }, ...keyed(key) };
    await answered(api.POST("/orders/{order_id}/messages", { params, body }));
    setText("");
    attaching.clear();
    onSent();
  });
  const empty = text.trim() === "" && attaching.files.length === 0;
  const send = () => {
    if (!empty && attaching.ready) message.run();
  };
  return (
    <form
      class="stack stack-s"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <ProblemBanner problem={message.problem} />
      <Attached attaching={attaching} />
      <div class="composer">
        <AttachButton attaching={attaching} />
        <textarea
          class="input grow"
          rows={1}
          value={text}
          maxLength={AT_MOST}
          aria-label={words.label}
          placeholder={words.write(order.other_name)}
          onInput={({ currentTarget }) => setText(currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
            event.preventDefault();
            send();
          }}
        />
        <button
          type="submit"
          class="btn"
          aria-label={words.send}
          aria-busy={message.busy}
          aria-disabled={empty || !attaching.ready}
        >
          <Icon name="send" />
        </button>
      </div>
      <p class="hint">{words.limits}</p>
    </form>
  );
}

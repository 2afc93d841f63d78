/** Correspondence: what was written last in each order of mine, bought or sold (R79). */
import { useEffect } from "preact/hooks";
import { answered, api, type Schemas } from "../../api/client.ts";
import { clock, day, lang, plural, t } from "../../i18n/index.ts";
import { KIND_ICON } from "../../market/finding.ts";
import { textFor } from "../../market/texts.ts";
import { Head, SignedIn } from "../../shell/page.tsx";
import { socket } from "../../socket/socket.ts";
import { useFresh } from "../../state/fresh.ts";
import { usePages } from "../../state/query.ts";
import { Button, ButtonLink } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Empty, ProblemBanner, Skeleton } from "../../ui/notices.tsx";
import { Avatar } from "../../ui/person.tsx";
import { UnreadCount } from "../../ui/unread-count.tsx";
import { Cabinet } from "./cabinet.tsx";
import "../../styles/market.css";
import "../../styles/lists.css";

type Thread = Schemas["ThreadCard"];

const PAGE = 20;

export default function MessagesPage() {
  return (
    <SignedIn>
      <Messages />
    </SignedIn>
  );
}

export function Messages() {
  const words = t().market.messages;
  const threads = usePages(
    (cursor) => answered(api.GET("/threads", { params: { query: { limit: PAGE, ...(cursor ? { cursor } : {}) } } })),
    [],
  );
  useFresh(threads.reload);
  useEffect(() => {
    const stops = (["message.new", "message.read", "order.updated"] as const).map((told) =>
      socket.on(told, threads.reload),
    );
    return () => {
      for (const stop of stops) stop();
    };
  }, []);
  return (
    <div class="stack stack-l">
      <div class="nomb">
        <Head title={words.title} />
      </div>
      <Cabinet at="messages" />
      <ProblemBanner problem={threads.problem} retry={threads.reload} />
      {!threads.data && !threads.problem && <Skeleton />}
      {threads.data?.length === 0 && (
        <Empty
          icon="messages-square"
          title={words.empty.title}
          act={<ButtonLink href="/orders">{t().market.orders.mine}</ButtonLink>}
        >
          {words.empty.text}
        </Empty>
      )}
      {threads.data && threads.data.length > 0 && (
        <ul class="card letters" aria-busy={threads.loading}>
          {threads.data.map((thread) => (
            <li class="letter" key={thread.order_id}>
              <Letter thread={thread} />
            </li>
          ))}
        </ul>
      )}
      {threads.more && (
        <p>
          <Button onPress={threads.more} busy={threads.loadingMore}>
            {t().common.more}
          </Button>
        </p>
      )}
    </div>
  );
}

/** A thread in the list: with whom, about what, and what was said or done last. All of it leads to the thread. */
export function Letter({ thread }: { thread: Thread }) {
  const title = textFor(thread.title, lang());
  return (
    <article class={thread.unread > 0 ? "letter-new" : undefined}>
      <Avatar id={thread.other_id} name={thread.other_name} size="s" />
      <div class="letter-body">
        <p class="letter-who">{thread.other_name}</p>
        <h2 lang={title.lang}>
          <Icon name={KIND_ICON[thread.kind]} />
          <a href={`/orders/${thread.order_id}#talk`}>{title.text}</a>
        </h2>
        <p class={thread.newest?.text ? "letter-said" : "letter-said muted"}>{lastOf(thread)}</p>
      </div>
      <div class="letter-side">
        <time class="small muted" dateTime={thread.at}>
          {day(thread.at) === day(Date.now()) ? clock(thread.at) : day(thread.at)}
        </time>
        <UnreadCount count={thread.unread} />
      </div>
    </article>
  );
}

/** What was said last, and by whom; where nothing was said, what was done or sent. */
export function lastOf({ newest, role }: Pick<Thread, "newest" | "role">): string {
  const words = t().market.messages;
  if (newest === null) return words.ordered;
  const files = newest.attachments.length;
  const said =
    newest.text || (newest.act ? t().work.thread.said[newest.act.act] : plural(files, t().common.goods.files));
  const own = newest.by === role && (newest.text !== "" || newest.act === null);
  return own ? words.own(said) : said;
}

/** The account: what it holds, topping it up, and its statement (R28, E6). */
import { useEffect } from "preact/hooks";
import { answered, api, type Schemas } from "../../api/client.ts";
import { Problem } from "../../api/problem.ts";
import { change, lang, moment, money, t } from "../../i18n/index.ts";
import { textFor } from "../../market/texts.ts";
import { joined, nextCursor } from "../../money/csv.ts";
import { TopUp } from "../../money/topup-form.tsx";
import { Head, SignedIn } from "../../shell/page.tsx";
import { socket } from "../../socket/socket.ts";
import { useFresh } from "../../state/fresh.ts";
import { balance, refreshAccount } from "../../state/me.ts";
import { useMutation, usePages, useQuery } from "../../state/query.ts";
import { Button } from "../../ui/button.tsx";
import { LiveText } from "../../ui/live-text.tsx";
import { Empty, ProblemBanner } from "../../ui/notices.tsx";
import "../../styles/money.css";

type Posting = Schemas["PostingView"];
type Order = Schemas["OrderCard"];

const ABANDONED_MS = 86_400_000;

export default function FinancesPage() {
  return (
    <SignedIn>
      <Finances />
    </SignedIn>
  );
}

function Finances() {
  const words = t().money;
  return (
    <div class="stack stack-l">
      <div class="nomb">
        <Head title={words.title} />
      </div>
      <div class="two fin">
        <div class="stack">
          <Vault />
          <Pending />
        </div>
        <section class="card stack" aria-labelledby="topup">
          <h2 id="topup">{words.topUp.title}</h2>
          <TopUp next="/finances" />
        </section>
      </div>
      <Statement />
    </div>
  );
}

function Vault() {
  const words = t().money;
  const account = useQuery(() => answered(api.GET("/account")), []);
  useFresh(() => {
    account.reload();
    void refreshAccount();
  });
  const available = balance.value ?? account.data?.available;
  return (
    <section class="card vault on-deep" aria-label={words.account}>
      <div>
        <p class="muted">{words.account}</p>
        <p class="big" aria-live="polite">
          <LiveText>{available ? money(available) : "…"}</LiveText>
        </p>
        {available && available.amount_minor < 0 && <p class="small">{words.debt}</p>}
      </div>
      {account.data && (
        <dl>
          <div>
            <dt>{words.held}</dt>
            <dd>
              <LiveText>{money(account.data.held)}</LiveText>
            </dd>
          </div>
        </dl>
      )}
      {account.problem && !available && <ProblemBanner problem={account.problem} retry={account.reload} />}
    </section>
  );
}

/** Top-ups whose provider has not spoken; a day later they are taken for given up. */
function Pending() {
  const words = t().money.pending;
  const topUps = useQuery(() => answered(api.GET("/account/topups", { params: { query: { limit: 20 } } })), []);
  useFresh(topUps.reload);
  useEffect(() => socket.on("balance", topUps.reload), []);
  const pending = (topUps.data?.items ?? []).filter(
    (it) => it.state === "pending" && Date.parse(it.created_at) > Date.now() - ABANDONED_MS,
  );
  if (pending.length === 0) return null;
  return (
    <section class="card stack stack-s" aria-labelledby="pending">
      <h2 id="pending">{words.title}</h2>
      <ul class="pending">
        {pending.map((it) => (
          <li key={it.id}>
            <b class="num">{money(it.amount)}</b>
            <span class="small muted grow">{words.since(moment(it.created_at))}</span>
            <a class="back" href={`/finances/topups/${it.id}?next=/finances`}>
              {words.open}
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Statement() {
  const words = t().money.statement;
  const lines = usePages(statement, []);
  const orders = useQuery(namedOrders, []);
  useEffect(() => socket.on("balance", lines.reload), []);
  const download = useMutation(async () => save(joined(await csv()), words.csvName));
  return (
    <section class="card stack" aria-labelledby="statement">
      <div class="row between">
        <h2 id="statement">{words.title}</h2>
        {lines.data && lines.data.length > 0 && (
          <Button icon="download" busy={download.busy} onPress={download.run}>
            {words.csv}
          </Button>
        )}
      </div>
      <ProblemBanner problem={download.problem} />
      <ProblemBanner problem={lines.problem} retry={lines.reload} />
      {!lines.data && !lines.problem && <Lines />}
      {lines.data?.length === 0 && (
        <Empty icon="wallet" title={words.none.title}>
          {words.none.text}
        </Empty>
      )}
      {lines.data && lines.data.length > 0 && (
        <table class="table">
          <thead>
            <tr>
              <th scope="col">{words.when}</th>
              <th scope="col">{words.what}</th>
              <th scope="col" class="r">
                {words.amount}
              </th>
              <th scope="col" class="r">
                {words.balance}
              </th>
            </tr>
          </thead>
          <tbody>
            {lines.data.map((posting) => (
              <Row key={posting.id} posting={posting} order={orders.data?.get(posting.order_id ?? "")} />
            ))}
          </tbody>
        </table>
      )}
      {lines.more && (
        <p>
          <Button onPress={lines.more} busy={lines.loadingMore}>
            {t().common.more}
          </Button>
        </p>
      )}
    </section>
  );
}

/** A line: what moved the money, and where to look it up. */
function Row({ posting, order }: { posting: Posting; order: Order | undefined }) {
  const words = t().money;
  const { amount, commission } = posting;
  const income = amount.amount_minor > 0;
  const said = words.kinds[posting.kind][income ? "in" : "out"]((posting.block ?? 0) + 1);
  const gross = { ...amount, amount_minor: amount.amount_minor + commission.amount_minor };
  const title = order && textFor(order.title, lang());
  return (
    <tr>
      <td class="c-date">
        <time class="nowrap" dateTime={posting.at}>
          {moment(posting.at)}
        </time>
      </td>
      <td class="c-what">
        <span class="strong">
          {posting.topup_id ? <a href={`/finances/topups/${posting.topup_id}`}>{said}</a> : said}
        </span>
        {posting.order_id && (
          <small>
            <a href={orderPath(posting)}>
              {title ? <span lang={title.lang}>{title.text}</span> : words.statement.order}
            </a>
            {order && ` ·\u00a0${order.other_name}`}
          </small>
        )}
        {commission.amount_minor > 0 && <small>{words.statement.commission(money(gross), money(commission))}</small>}
      </td>
      <td class={`r c-sum ${income ? "plus" : "minus"}`}>{change(amount)}</td>
      <td class="r c-bal">{money(posting.balance_after)}</td>
    </tr>
  );
}

function orderPath({ order_id, session_id }: Posting): string {
  return session_id ? `/orders/${order_id}#session-${session_id}` : `/orders/${order_id}`;
}

function Lines() {
  return (
    <div class="stack" role="status" aria-busy="true">
      <span class="sr">{t().common.loading}</span>
      {[0, 1, 2].map((n) => (
        <div class="skeleton sk-2" key={n} aria-hidden="true" />
      ))}
    </div>
  );
}

/** A part of the statement. The same address speaks CSV too; it is not asked for here. */
async function statement(cursor: string | undefined): Promise<Schemas["PostingViewPage"]> {
  const query = { format: "json" as const, ...(cursor ? { cursor } : {}) };
  return (await answered(api.GET("/account/postings", { params: { query } }))) as Schemas["PostingViewPage"];
}

/** The newest orders of either side, for their names. A line whose order is older says «order», and leads to it too. */
async function namedOrders(): Promise<Map<string, Order>> {
  const sides = ["customer", "performer"] as const;
  const found = await Promise.all(
    sides.map((role) => answered(api.GET("/orders", { params: { query: { role, limit: 30 } } }))),
  );
  return new Map(found.flatMap((page) => page.items.map((order) => [order.id, order] as const)));
}

/** The whole statement as the service writes it, part by part. Throws Problem. */
async function csv(): Promise<string[]> {
  const parts: string[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const query = { format: "csv" as const, ...(cursor ? { cursor } : {}) };
    const { data, response } = await api.GET("/account/postings", { params: { query }, parseAs: "text" });
    if (!response.ok || typeof data !== "string") throw new Problem("unavailable", {}, response.status);
    if (!response.headers.get("content-type")?.startsWith("text/csv")) throw new Problem("unreadable");
    parts.push(data);
    cursor = nextCursor(response.headers.get("link"));
  }
  return parts;
}

function save(text: string, name: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

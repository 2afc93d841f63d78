/** The disputes about what I ordered, and about what was ordered from me (R85). */
import { useEffect, useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { answered, api, type Schemas } from "../../api/client.ts";
import { useDisputeUpdates } from "../../disputes/dispute-live.ts";
import { otherSide, type Side, sideOf, turnOf } from "../../disputes/dispute-rules.ts";
import { nameOf, titleOf } from "../../disputes/dispute-told.ts";
import { day, moment, money, number, t } from "../../i18n/index.ts";
import { KIND_ICON } from "../../market/finding.ts";
import { Head, SignedIn } from "../../shell/page.tsx";
import { useFresh } from "../../state/fresh.ts";
import { usePages } from "../../state/query.ts";
import { Button, ButtonLink } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Empty, ProblemBanner, Skeleton } from "../../ui/notices.tsx";
import { Cabinet } from "../orders/cabinet.tsx";
import "../../styles/market.css";
import "../../styles/disputes.css";

type Card = Schemas["DisputeCard"];

const PAGE = 20;

export default function DisputesPage() {
  const { url } = useLocation();
  const asked = new URLSearchParams(url.split("?")[1] ?? "").get("role");
  const role = asked === "performer" ? "performer" : "customer";
  return (
    <SignedIn>
      <Disputes key={role} role={role} named={asked === role} />
    </SignedIn>
  );
}

/** `named`: the reader has chosen the side. Whoever has not is shown their sales where only these are disputed. */
export function Disputes({ role, named }: { role: Side; named: boolean }) {
  const words = t().disputes;
  const { route } = useLocation();
  const disputes = usePages(
    (cursor) =>
      answered(api.GET("/disputes", { params: { query: { role, limit: PAGE, ...(cursor ? { cursor } : {}) } } })),
    [role],
  );
  const [looked, setLooked] = useState(named);
  const none = disputes.data?.length === 0;
  useEffect(() => {
    if (looked || !none) return;
    const query = { role: "performer", limit: 1 } as const;
    answered(api.GET("/disputes", { params: { query } }))
      .then(({ items }) => items.length > 0 && route("/disputes?role=performer", true))
      .catch(() => {})
      .finally(() => setLooked(true));
  }, [looked, none]);
  useFresh(disputes.reload);
  useDisputeUpdates(disputes.reload);
  return (
    <div class="stack stack-l">
      <div class="nomb">
        <Head title={words.title} />
      </div>
      <Cabinet at="disputes" />
      <nav class="seg" aria-label={words.which}>
        {(["customer", "performer"] as const).map((side) => (
          <a key={side} href={`/disputes?role=${side}`} aria-current={role === side ? "page" : undefined}>
            {words.about[side]}
          </a>
        ))}
      </nav>
      <ProblemBanner problem={disputes.problem} retry={disputes.reload} />
      {((!disputes.data && !disputes.problem) || (none && !looked)) && <Skeleton />}
      {none && looked && (
        <Empty
          icon="scale"
          title={words.empty.title}
          act={
            <ButtonLink href={role === "customer" ? "/orders" : "/orders?role=performer"}>
              {words.empty.way[role]}
            </ButtonLink>
          }
        >
          {words.empty.text[role]}
        </Empty>
      )}
      {disputes.data && disputes.data.length > 0 && (
        <ul class="results" aria-busy={disputes.loading}>
          {disputes.data.map((dispute) => (
            <li key={dispute.id}>
              <Row dispute={dispute} />
            </li>
          ))}
        </ul>
      )}
      {disputes.more && (
        <p>
          <Button onPress={disputes.more} busy={disputes.loadingMore}>
            {t().common.more}
          </Button>
        </p>
      )}
    </div>
  );
}

/** A dispute in a list: about what, with whom, how it stands, and how much is new. */
export function Row({ dispute }: { dispute: Card }) {
  const words = t().disputes;
  const title = titleOf(dispute);
  const side = sideOf(dispute) ?? "customer";
  return (
    <article class={`card twip order dispute-row${dispute.ended_at === null ? "" : " order-over"}`}>
      <span class="dispute-mark">
        <Icon name={KIND_ICON[dispute.kind]} />
      </span>
      <div class="twip-body">
        <h2 class="order-title" lang={title.lang}>
          <a href={`/disputes/${dispute.id}`}>{title.text}</a>
        </h2>
        <p class="twip-by">
          <span>{t().market.kinds[dispute.kind]}</span>
          <span class="muted">{words.with(nameOf(dispute, otherSide(side)))}</span>
          <span class="muted">{words.opened(day(dispute.created_at))}</span>
        </p>
        <p class="row small">
          <PhaseBadge phase={dispute.phase} />
          <Whose dispute={dispute} />
        </p>
      </div>
      <div class="twip-prices order-side">
        <p class="price">{money(dispute.amount, "round")}</p>
        {dispute.unread > 0 && <span class="badge badge-accent">{words.unread(number(dispute.unread))}</span>}
      </div>
    </article>
  );
}

/** The phase in words. */
export function PhaseBadge({ phase }: { phase: Card["phase"] }) {
  return <span class="badge">{t().disputes.phases[phase]}</span>;
}

/** Whose turn it is and until when, or when it was over. */
function Whose({ dispute }: { dispute: Card }) {
  const words = t().disputes;
  const turn = turnOf(dispute);
  if (turn === null) return dispute.ended_at ? <span class="muted">{day(dispute.ended_at)}</span> : null;
  const until = dispute.deadline ? `, ${words.step.until(moment(dispute.deadline.due_at))}` : "";
  return (
    <span class={turn === "mine" ? "strong" : "muted"}>
      {words.whose[turn]}
      {until}
    </span>
  );
}

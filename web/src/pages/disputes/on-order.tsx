/** What an order's page shows of disputes about it: that one is open, and how earlier ones ended (R72). */
import { answered, api, type Schemas } from "../../api/client.ts";
import { sideOf } from "../../disputes/dispute-rules.ts";
import { toldOf } from "../../disputes/dispute-told.ts";
import { SplitBar } from "../../disputes/division.tsx";
import { day, t } from "../../i18n/index.ts";
import { useQuery } from "../../state/query.ts";
import { ButtonLink } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Banner, ProblemBanner } from "../../ui/notices.tsx";
import { PhaseBadge } from "./disputes.tsx";
import "../../styles/disputes.css";

type Order = Schemas["OrderPage"];

/** So many of the latest are read; all are in the list of disputes. */
const SHOWN = 3;

/** While one is open: so, what rests meanwhile, and the way there. */
export function DisputeOpen({ order }: { order: Order }) {
  if (order.dispute_id === null) return null;
  const words = t().disputes.onOrder;
  return (
    <Banner tone="warn" act={<ButtonLink href={`/disputes/${order.dispute_id}`}>{words.go}</ButtonLink>}>
      <b>{words.open}.</b> {words.rests[order.kind]}
    </Banner>
  );
}

/** The way to the one that is open, where the page says by itself that one is. */
export function WayToDispute({ order }: { order: Pick<Order, "dispute_id"> }) {
  if (order.dispute_id === null) return null;
  return (
    <p>
      <ButtonLink look="primary" icon="scale" href={`/disputes/${order.dispute_id}`}>
        {t().disputes.onOrder.go}
      </ButtonLink>
    </p>
  );
}

/** Those that are over, each with its outcome. */
export function DisputesPast({ order }: { order: Order }) {
  const past = order.disputes
    .filter((id) => id !== order.dispute_id)
    .slice(-SHOWN)
    .reverse();
  const found = useQuery(
    () =>
      Promise.all(
        past.map((dispute_id) => answered(api.GET("/disputes/{dispute_id}", { params: { path: { dispute_id } } }))),
      ),
    [past.join()],
  );
  if (past.length === 0) return null;
  return (
    <section class="card stack stack-s" aria-labelledby="past-disputes">
      <h2 class="h-s" id="past-disputes">
        {t().disputes.onOrder.past}
      </h2>
      <ProblemBanner problem={found.problem} retry={found.reload} />
      {!found.data && !found.problem && <div class="skeleton sk-2" />}
      <ul class="stack">
        {found.data?.map((dispute) => (
          <li class="stack stack-s" key={dispute.id}>
            <Outcome dispute={dispute} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Outcome({ dispute }: { dispute: Schemas["DisputePage"] }) {
  const side = sideOf(dispute) ?? "customer";
  const words = t().disputes;
  return (
    <>
      <p class="row small">
        <PhaseBadge phase={dispute.phase} />
        {dispute.ended_at && <span class="muted">{day(dispute.ended_at)}</span>}
      </p>
      {dispute.outcome ? (
        <SplitBar split={dispute.outcome.split} reader={side} goods={dispute.outcome.keeps_goods} />
      ) : (
        <p class="small">{words.result.withdrawn[side](toldOf(dispute))}</p>
      )}
      <p class="small">
        <a class="back" href={`/disputes/${dispute.id}`}>
          <Icon name="scale" />
          {words.onOrder.show}
        </a>
      </p>
    </>
  );
}

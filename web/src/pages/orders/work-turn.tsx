/** Whose turn it is in an order of work, until when, what silence does, and what the reader may do about it (R63 to R69, D21 to D23). */
import { useState } from "preact/hooks";
import type { Schemas } from "../../api/client.ts";
import { t } from "../../i18n/index.ts";
import { told } from "../../market/telling.ts";
import { actsOf, stageOf, turnOf, type WorkAct, type Worked } from "../../market/work-order.ts";
import type { Query } from "../../state/query.ts";
import { Button } from "../../ui/button.tsx";
import { WayToDispute } from "../disputes/on-order.tsx";
import { ActionLink } from "./actions.tsx";
import { Recourse } from "./recourse.tsx";
import { WorkAsk } from "./work-ask.tsx";

type Page = Worked<Schemas["OrderPage"]>;

export function Turn({ order, query }: { order: Page; query: Query<Schemas["OrderPage"]> }) {
  const [asking, setAsking] = useState<WorkAct | null>(null);
  const words = t().work;
  const facts = told(order);
  const stage = stageOf(order);
  const turn = turnOf(order);
  const { leading, others } = actsOf(order);
  const said = words.stages[stage][order.role];
  const whose = turn ? (turn === "mine" ? words.turn.mine : words.turn.other[order.role]) : null;
  return (
    <section class={`card turn${turn === "mine" ? "" : " turn-wait"}`} aria-labelledby="turn">
      <div class="turn-top">
        <p class="turn-who">
          <span class="turn-mark" aria-hidden="true" />
          {whose ?? (stage === "disputed" ? words.turn.rests : words.turn.over)}
        </p>
        <h2 id="turn">{said.title(facts)}</h2>
        <p class="muted">{said.text(facts)}</p>
        {facts.reason && (
          <blockquote class="turn-reason">
            <p class="small muted">{words.reason}</p>
            <p class="prose">{facts.reason}</p>
          </blockquote>
        )}
        <Standing order={order} />
        <WayToDispute order={order} />
      </div>
      {leading.length > 0 && (
        <div class={`turn-acts${leading.length === 1 ? " turn-one" : ""}`}>
          {leading.map((act, n) => (
            <div class="turn-act" key={act}>
              <Button wide {...(n === 0 && { look: "primary" as const })} onPress={() => setAsking(act)}>
                {words.acts[act].label(facts)}
              </Button>
              <p class="small">
                <b>{words.acts[act].bold(facts)}</b> <span class="muted">{words.acts[act].more(facts)}</span>
              </p>
            </div>
          ))}
        </div>
      )}
      <Recourse order={order} onChanged={query.reload}>
        {others.length > 0 &&
          others.map((act) => (
            <button type="button" class="link" key={act} onClick={() => setAsking(act)}>
              {words.acts[act].label(facts)}
            </button>
          ))}
      </Recourse>
      {turn === null && order.role === "customer" && order.dispute_id === null && (
        <p class="turn-else small">
          <ActionLink action="again" order={order} />
        </p>
      )}
      {asking && <WorkAsk act={asking} order={order} query={query} onClose={() => setAsking(null)} />}
    </section>
  );
}

/** The reader's own offer, which the other side has not answered yet. */
function Standing({ order }: { order: Page }) {
  const { proposal } = order.work;
  if (!proposal || proposal.by !== order.role) return null;
  const words = t().work.offer;
  const facts = told(order);
  return (
    <p class="small">
      <b>{words.standing}.</b> {facts.aboutDays ? words.days2(facts) : words.split2(facts)}
    </p>
  );
}

/** How a dispute ended: who gets how much, why, and what it did to the reader's money (R73, D25, D27). */
import { sideOf } from "../../disputes/dispute-rules.ts";
import { toldOf } from "../../disputes/dispute-told.ts";
import { SplitBar } from "../../disputes/division.tsx";
import { t } from "../../i18n/index.ts";
import { balance } from "../../state/me.ts";
import { ButtonLink } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import type { DisputeProps } from "./dispute.tsx";

export function Ending({ dispute, rate }: DisputeProps) {
  const words = t().disputes;
  const side = sideOf(dispute) ?? "customer";
  const { outcome } = dispute;
  const told = toldOf(dispute, outcome?.split, rate);
  const how = outcome?.how ?? "withdrawn";
  const owes = side === "performer" && !told.held && (balance.value?.amount_minor ?? 0) < 0;
  return (
    <section class="card stack ending" aria-labelledby="ending">
      <p class="turn-who">
        <Icon name="scale" />
        {words.phases[dispute.phase]}
      </p>
      <h2 id="ending">{words.ends[how]}</h2>
      {outcome && (
        <SplitBar
          split={outcome.split}
          reader={side}
          net={side === "performer" ? told.net : undefined}
          goods={outcome.keeps_goods}
        />
      )}
      <p>{outcome ? words.result.done[side](told) : words.result.withdrawn[side](told)}</p>
      {owes && <p class="small muted">{words.result.debt}</p>}
      {outcome?.reasons && (
        <blockquote class="turn-reason">
          <p class="small muted">{words.reasons}</p>
          <p class="prose">{outcome.reasons}</p>
        </blockquote>
      )}
      {how === "default" && <p class="small muted">{words.byRules}</p>}
      <p>
        <ButtonLink href={`/orders/${dispute.order_id}`}>{words.order}</ButtonLink>
      </p>
    </section>
  );
}

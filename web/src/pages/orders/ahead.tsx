/** What the press that orders sets going (R29, R30, R61, D21, D22, D31). */
import type { Schemas } from "../../api/client.ts";
import { type Money, money, plural, t } from "../../i18n/index.ts";
import type { Mode } from "../../ui/price.tsx";

export function ConsultationAhead({ mode, price }: { mode: Mode; price: Money }) {
  const words = t().market.confirm.next;
  const sum = money(price);
  return (
    <section class="stack" aria-labelledby="next">
      <h2 id="next">{words.title}</h2>
      <ol class="timeline">
        <li class="now">
          {words.confirm}
          <small>{words.confirmText(sum)}</small>
        </li>
        <li>
          {words.call}
          <small>{words.callText}</small>
        </li>
        <li>
          {words.clock[mode]}
          <small>{words.clockText[mode]}</small>
        </li>
        <li>
          {words.block}
          <small>{words.blockText(sum)}</small>
        </li>
      </ol>
    </section>
  );
}

export function FilesAhead({ price }: { price: Money }) {
  const words = t().market.confirm.files;
  return (
    <section class="stack" aria-labelledby="next">
      <h2 id="next">{t().market.confirm.next.title}</h2>
      <ol class="timeline">
        <li class="now">
          {t().market.confirm.next.confirm}
          <small>{words.confirmText(money(price))}</small>
        </li>
        <li>
          {words.open}
          <small>{words.openText}</small>
        </li>
        <li>
          {words.talk}
          <small>{words.talkText}</small>
        </li>
        <li>
          {words.dispute}
          <small>{words.disputeText}</small>
        </li>
      </ol>
    </section>
  );
}

export function WorkAhead(props: { days: number; price: Money; terms: Schemas["WorkTermsView"] }) {
  const words = t().market.confirm.work;
  const days = (count: number) => plural(count, t().common.days);
  return (
    <section class="stack" aria-labelledby="next">
      <h2 id="next">{t().market.confirm.next.title}</h2>
      <ol class="timeline">
        <li class="now">
          {t().market.confirm.next.confirm}
          <small>{words.confirmText(money(props.price))}</small>
        </li>
        <li>
          {words.talk}
          <small>{words.talkText}</small>
        </li>
        <li>
          {words.start}
          <small>{words.startText(days(props.days), days(props.terms.start_days))}</small>
        </li>
        <li>
          {words.deliver}
          <small>{words.deliverText}</small>
        </li>
        <li>
          {words.paid}
          <small>{words.paidText(days(props.terms.acceptance_days))}</small>
        </li>
      </ol>
    </section>
  );
}

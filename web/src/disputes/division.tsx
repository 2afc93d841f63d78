/** A sum that is divided between two: as a drawing, and as two fields of which each fills the other (D27). */
import type { Schemas } from "../api/client.ts";
import { lang, money, sign, t } from "../i18n/index.ts";
import { MoneyField } from "../ui/field.tsx";
import { type Decimal, type Division, type Side, shareOfWhole, typedDivision } from "./dispute-rules.ts";
import "../styles/disputes.css";

type Reader = Side | "staff";

/** What each side is given, in the reader's words. `net`: what the performer has after commission. */
export function SplitBar(props: { split: Schemas["SplitView"]; reader: Reader; net?: string | undefined }) {
  const { to_customer, to_performer } = props.split;
  const words = t().disputes.split;
  const whole = { ...to_customer, amount_minor: to_customer.amount_minor + to_performer.amount_minor };
  return (
    <div class="split">
      <p class="split-bar" aria-hidden="true">
        <i style={{ width: `${shareOfWhole(to_customer, whole)}%` }} />
        <i />
      </p>
      <dl>
        <div>
          <dt>{words[props.reader].customer}</dt>
          <dd>{money(to_customer)}</dd>
        </div>
        <div>
          <dt>{words[props.reader].performer}</dt>
          <dd>{money(to_performer)}</dd>
          {props.net && <dd class="small muted">{words.net(props.net)}</dd>}
        </div>
      </dl>
    </div>
  );
}

/** As the reader's language has it. */
export function decimal(): Decimal {
  return lang() === "ru" ? "," : ".";
}

/** Two fields that sum. `tried`: a fault is shown from then on. */
export function DivisionFields(props: {
  whole: Schemas["Money"];
  division: Division;
  reader: Reader;
  onChange: (division: Division) => void;
  fault: boolean;
}) {
  const { whole, division, reader, onChange, fault } = props;
  const words = t().disputes.split;
  const sides: readonly Side[] = reader === "performer" ? ["performer", "customer"] : ["customer", "performer"];
  return (
    <div class="stack stack-s">
      <div class="two-f">
        {sides.map((side, n) => (
          <MoneyField
            key={side}
            name={`to_${side}`}
            label={words[reader][side]}
            symbol={sign(whole.currency)}
            value={division[side]}
            error={fault && n === 0 ? words.fault : undefined}
            onInput={(text) => onChange(typedDivision(whole, side, text, decimal()))}
          />
        ))}
      </div>
      <p class="hint">{words.together(money(whole))}</p>
    </div>
  );
}

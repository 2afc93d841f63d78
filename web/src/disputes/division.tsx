/** A sum that is divided between two: as a drawing, and as two fields of which each fills the other (D27). */
import type { Schemas } from "../api/client.ts";
import { lang, money, sign, t } from "../i18n/index.ts";
import { MoneyField } from "../ui/field.tsx";
import { Icon } from "../ui/icon.tsx";
import { type Decimal, type Division, type Side, shareOfWhole, typedDivision } from "./dispute-rules.ts";
import "../styles/disputes.css";

type Reader = Side | "staff";

/** What each side is given, in the reader's words. `net`: what the performer has after commission. `goods`: of files, whether the customer
 * keeps them. */
export function SplitBar(props: {
  split: Schemas["SplitView"];
  reader: Reader;
  net?: string | undefined;
  goods?: boolean | null;
}) {
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
      <GoodsAfter keeps={props.goods ?? null} reader={props.reader} />
    </div>
  );
}

/** What becomes of the goods; nothing where there are none. */
export function GoodsAfter({ keeps, reader }: { keeps: boolean | null; reader: Reader }) {
  if (keeps === null) return null;
  return (
    <p class="small goods-after">
      <Icon name="folder-down" />
      {goodsWords(keeps, reader)}
    </p>
  );
}

export function goodsWords(keeps: boolean, reader: Reader): string {
  return t().files.after[keeps ? "keeps" : "ends"][reader === "customer" ? "you" : "customer"];
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

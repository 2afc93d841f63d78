/** The verdict: two sums that make the whole, why, and what it does to both accounts before anybody presses (R73, D25, D27). */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { answered, api, keyed, type Schemas } from "../../api/client.ts";
import { otherProblem } from "../../api/problem.ts";
import {
  type Division,
  dividedBy,
  shareOfWhole,
  splitOf,
  TEXT_AT_LEAST,
  TEXT_AT_MOST,
} from "../../disputes/dispute-rules.ts";
import { DivisionFields, decimal, GoodsAfter } from "../../disputes/division.tsx";
import { change, money, t } from "../../i18n/index.ts";
import { visible } from "../../i18n/seen.ts";
import { useMutation } from "../../state/query.ts";
import { keepUnsaved, unsavedOf } from "../../state/unsaved.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { errorAt, TextArea } from "../../ui/field.tsx";
import { ProblemBanner, toast } from "../../ui/notices.tsx";
import type { Acting } from "./desk-acts.tsx";
import { type VerdictSums, verdictSums } from "./verdict-sums.ts";

type Split = Schemas["SplitView"];

interface Draft {
  division: Division;
  reasons: string;
  /** Of files: whether the customer keeps them; null until it is said. */
  keeps: boolean | null;
}
const NOTHING: Draft = { division: { customer: "", performer: "" }, reasons: "", keeps: null };

export function Verdict(props: Acting) {
  const { dispute } = props;
  const words = t().desk.verdict;
  const ofFiles = dispute.kind === "files";
  const kept = `verdict.${dispute.id}`;
  const [draft, setDraft] = useState<Draft>(() => unsavedOf<Draft>(kept)?.value ?? NOTHING);
  const [asked, setAsked] = useState(false);
  const put = (news: Partial<Draft>) => {
    const after = { ...draft, ...news };
    setDraft(after);
    keepUnsaved(kept, { base: dispute.id, value: after });
  };
  const rule = useMutation(async (key, split: Split) => {
    const params = { path: { dispute_id: dispute.id }, ...keyed(key) };
    const body = { ...split, reasons: draft.reasons.trim(), keeps_goods: ofFiles ? draft.keeps : null };
    const after = await answered(api.POST("/admin/disputes/{dispute_id}/verdict", { params, body }));
    keepUnsaved(kept, null);
    setAsked(false);
    props.onDone(after);
    toast(words.done);
  }, props.onMoved);
  const split = splitOf(dispute.amount, draft.division);
  const sums = split && verdictSums(dispute, split.to_customer.amount_minor);
  const label = split
    ? words.go({ toCustomer: money(split.to_customer), toPerformer: money(split.to_performer) })
    : words.goBare;
  const needs = neededBy(draft, split, ofFiles);
  return (
    <form
      class="decide verdict"
      aria-labelledby="verdict"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!needs) setAsked(true);
      }}
    >
      <h2 id="verdict">{words.title}</h2>
      <div class="stack stack-s">
        <Picks amount={dispute.amount} split={split} onPick={(division) => put({ division })} />
        <DivisionFields
          whole={dispute.amount}
          division={draft.division}
          reader="staff"
          fault={draft.division.customer + draft.division.performer !== "" && !split}
          onChange={(division) => put({ division })}
        />
        <p class="split-bar" aria-hidden="true">
          <i style={{ width: `${split ? shareOfWhole(split.to_customer, dispute.amount) : 0}%` }} />
          <i />
        </p>
        {ofFiles && (
          <div class="vpicks" role="group" aria-label={words.goods.label}>
            <Button pressed={draft.keeps === true} onPress={() => put({ keeps: true })}>
              {words.goods.keeps}
            </Button>
            <Button pressed={draft.keeps === false} onPress={() => put({ keeps: false })}>
              {words.goods.ends}
            </Button>
          </div>
        )}
        <TextArea
          label={words.why}
          name="reasons"
          rows={5}
          maxLength={TEXT_AT_MOST}
          hint={words.whyHint}
          value={draft.reasons}
          onInput={(reasons) => put({ reasons })}
          error={errorAt(rule.problem, "reasons")}
        />
      </div>
      <Consequences dispute={dispute} sums={sums} />
      <div class="verdict-end">
        <p class="small muted">{words.final}</p>
        <div class="verdict-go">
          <Button submit look="primary" off={needs !== ""} describedBy="verdict-needs">
            {label}
          </Button>
          <p class="hint" id="verdict-needs">
            {needs}
          </p>
        </div>
      </div>
      {asked && split && sums && (
        <Confirm
          sums={sums}
          currency={dispute.amount.currency}
          label={label}
          busy={rule.busy}
          onClose={() => setAsked(false)}
          onYes={() => rule.run(split)}
        >
          <GoodsAfter keeps={ofFiles ? draft.keeps : null} reader="staff" />
          <ProblemBanner problem={otherProblem(rule.problem)} />
        </Confirm>
      )}
    </form>
  );
}

/** What the verdict lacks, in words; nothing if it may be given. Whoever gets nothing back keeps the files (R84). */
function neededBy({ keeps, reasons }: Draft, split: Split | null, ofFiles: boolean): string {
  const words = t().desk.verdict.needs;
  if (!split) return words.split;
  if (ofFiles && typeof keeps !== "boolean") return words.goods;
  if (ofFiles && !keeps && split.to_customer.amount_minor === 0) return words.back;
  return visible(reasons) < TEXT_AT_LEAST ? words.reasons : "";
}

/** Ready splits: all, half, nothing. */
function Picks(props: { amount: Schemas["Money"]; split: Split | null; onPick: (division: Division) => void }) {
  const { amount, split, onPick } = props;
  const words = t().desk.verdict;
  const whole = amount.amount_minor;
  const picks: Array<[string, number]> = [
    [words.all.customer, whole],
    [words.half, Math.floor(whole / 2)],
    [words.all.performer, 0],
  ];
  return (
    <div class="vpicks" role="group" aria-label={words.picks}>
      {picks.map(([name, toCustomer]) => (
        <Button
          key={name}
          pressed={split?.to_customer.amount_minor === toCustomer}
          onPress={() => onPick(dividedBy(amount, toCustomer, decimal()))}
        >
          {name}
        </Button>
      ))}
    </div>
  );
}

/** What each account will be. A debt is in red, and in words. */
function Consequences({ dispute, sums }: { dispute: Acting["dispute"]; sums: VerdictSums | null }) {
  const words = t().desk.verdict;
  const { currency } = dispute.amount;
  const sum = (amount_minor: number) => money({ amount_minor, currency });
  const moved = (amount_minor: number) => change({ amount_minor, currency });
  if (!sums) return <p class="conseq small muted">{words.none}</p>;
  const debt = sums.after < 0;
  return (
    <dl class="sum conseq" aria-label={words.sums}>
      <Line name={words.toCustomer} value={moved(sums.toCustomer)} good={sums.toCustomer > 0} />
      {dispute.in_escrow.amount_minor > 0 && (
        <Line
          name={words.released}
          hint={words.releasedHint(sum(sums.releasedCommission))}
          value={moved(sums.released)}
          good={sums.released > 0}
        />
      )}
      {sums.paid > 0 && (
        <>
          <Line name={words.takenBack} hint={words.takenBackHint(sum(sums.paid))} value={moved(-sums.takenBack)} />
          <Line
            name={words.commission}
            hint={words.commissionHint(sum(sums.commissionBefore), sum(sums.commissionAfter))}
            value={moved(-sums.commissionBack)}
          />
        </>
      )}
      <div class={debt ? "total debt" : "total"}>
        <dt>
          {words.after}
          <small>{(debt ? words.debt : words.now)(sum(sums.before))}</small>
        </dt>
        <dd>{sum(sums.after)}</dd>
      </div>
    </dl>
  );
}

function Line({ name, hint, value, good }: { name: string; hint?: string; value: string; good?: boolean }) {
  return (
    <div>
      <dt>
        {name}
        {hint && <small>{hint}</small>}
      </dt>
      <dd class={good ? "plus" : undefined}>{value}</dd>
    </div>
  );
}

/** Says once more what each side gets, and that it is final. */
function Confirm(props: {
  sums: VerdictSums;
  currency: string;
  label: string;
  busy: boolean;
  children: ComponentChildren;
  onClose: () => void;
  onYes: () => void;
}) {
  const { sums, currency } = props;
  const words = t().desk.verdict.confirm;
  const sum = (amount_minor: number) => money({ amount_minor, currency });
  const said = [
    sums.toCustomer > 0 ? words.customer(sum(sums.toCustomer)) : words.nothing,
    ...(sums.released > 0 ? [words.released(sum(sums.released))] : []),
    sums.takenBack > 0 ? words.takenBack(sum(sums.takenBack)) : words.keeps,
    ...(sums.after < 0 ? [words.debt(sum(-sums.after))] : []),
  ];
  return (
    <Dialog title={words.title} onClose={props.onClose}>
      <ul class="plain-list">
        {said.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      <p class="strong">{words.final}</p>
      {props.children}
      <div class="verdict-yes">
        <Button look="primary" busy={props.busy} onPress={props.onYes}>
          {props.label}
        </Button>
        <Button onPress={props.onClose}>{words.stay}</Button>
      </div>
    </Dialog>
  );
}

/** The performer gives money back by their own choice, of an order or of one of its sessions, and sees first what that does (E12, D11, D25). */
import { useState } from "preact/hooks";
import { answered, api, keyed, type Schemas } from "../../api/client.ts";
import type { Problem } from "../../api/problem.ts";
import { plainSum } from "../../disputes/dispute-rules.ts";
import { decimal } from "../../disputes/division.tsx";
import { change, money, sign, t, typedMoney } from "../../i18n/index.ts";
import { type RefundSums, refundSums } from "../../market/refund-sums.ts";
import { balance, refreshAccount } from "../../state/me.ts";
import { useMutation } from "../../state/query.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { MoneyField } from "../../ui/field.tsx";
import { LiveText } from "../../ui/live-text.tsx";
import { Banner, ProblemBanner, toast } from "../../ui/notices.tsx";

type Money = Schemas["Money"];
type Order = Schemas["OrderPage"];
type Refundable = Schemas["RefundableView"];

interface Props {
  order: Order;
  /** Of a consultation, the session that was paid for. */
  sessionId: string | null;
  about: Refundable;
  /** After it is done, or could not be done as things stand now. */
  onChanged: () => void;
  onClose: () => void;
}

export function GiveBack({ order, sessionId, about, onChanged, onClose }: Props) {
  const words = t().refunds;
  const [typed, setTyped] = useState("");
  const [tried, setTried] = useState(false);
  const { amount } = about;
  const sum = (amount_minor: number) => money({ ...amount, amount_minor });
  const available = balance.value;
  const held = about.in_escrow.amount_minor > 0;
  const sums = refundSums(about, typedMoney(typed) ?? 0, {
    unit: order.price.amount_minor,
    bps: order.commission_bps,
    available: available?.amount_minor ?? Number.POSITIVE_INFINITY,
  });
  const give = useMutation(async (key, toCustomer: number) => {
    const body = { amount: { ...amount, amount_minor: toCustomer } };
    try {
      await refund(order.id, sessionId, key, body);
    } finally {
      void refreshAccount();
      onChanged();
    }
    toast(words.done(sum(toCustomer)));
    onClose();
  });
  return (
    <Dialog title={words.title} onClose={onClose}>
      <form
        class="stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          setTried(true);
          if (sums && !sums.missing) give.run(sums.toCustomer);
        }}
      >
        <p>
          {(held ? words.held : words.paid)(money(amount))} {order.kind === "files" && `${words.keeps} `}
          <b>{words.final}</b>
        </p>
        <div class="stack stack-s">
          <MoneyField
            name="give_back"
            label={words.amount}
            symbol={sign(amount.currency)}
            value={typed}
            error={(tried && !sums) || give.problem?.fields.length ? words.fault(money(amount)) : undefined}
            onInput={setTyped}
          />
          <p>
            <button type="button" class="link" onClick={() => setTyped(plainSum(amount.amount_minor, decimal()))}>
              {words.all(money(amount))}
            </button>
          </p>
        </div>
        {sums && <Sums sums={sums} held={held} amount={amount} available={available} />}
        <Refusal problem={give.problem} />
        <div class="acts acts-even">
          <Button onPress={onClose}>{t().work.stay}</Button>
          <Button submit look="primary" busy={give.busy} off={!!sums?.missing} describedBy="short">
            {sums ? words.go(sum(sums.toCustomer)) : words.goBare}
          </Button>
        </div>
        <p class="hint" id="short" hidden={!sums?.missing}>
          {sums && words.short(sum(sums.missing))}
        </p>
      </form>
    </Dialog>
  );
}

function refund(orderId: string, sessionId: string | null, key: string, body: { amount: Money }) {
  return sessionId === null
    ? answered(api.POST("/orders/{order_id}/refund", { params: { path: { order_id: orderId }, ...keyed(key) }, body }))
    : answered(
        api.POST("/sessions/{session_id}/refund", { params: { path: { session_id: sessionId }, ...keyed(key) }, body }),
      );
}

/** Where each part ends. */
function Sums(props: { sums: RefundSums; held: boolean; amount: Money; available: Money | null }) {
  const { sums, held, amount, available } = props;
  const words = t().refunds;
  const of = (amount_minor: number) => ({ ...amount, amount_minor });
  const rows: Array<[string, string]> = held
    ? [
        [words.toCustomer, change(of(sums.toCustomer))],
        [words.later, money(of(sums.net))],
      ]
    : [
        [words.toCustomer, change(of(sums.toCustomer))],
        [words.commission, money(of(sums.commissionBack))],
        [words.taken, change(of(-sums.taken))],
      ];
  return (
    <dl class="sum" aria-label={words.sums} aria-live="polite">
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt class="muted">{name}</dt>
          <dd>
            <LiveText>{value}</LiveText>
          </dd>
        </div>
      ))}
      {!held && available && (
        <div class="total">
          <dt>{sums.missing ? words.missing : words.left}</dt>
          <dd class={sums.missing ? "missing" : undefined}>
            <LiveText>{money(of(sums.missing || available.amount_minor - sums.taken))}</LiveText>
          </dd>
        </div>
      )}
    </dl>
  );
}

/** Why it was not done: what the account lacks is the reader's own. */
function Refusal({ problem }: { problem: Problem | undefined }) {
  if (problem?.code === "not_covered")
    return <Banner tone="bad">{t().refunds.short(money(problem.facts.missing as Money))}</Banner>;
  return <ProblemBanner problem={problem?.fields.length ? undefined : problem} />;
}

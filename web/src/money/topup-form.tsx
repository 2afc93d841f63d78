/** Topping up the account: what is missing, or any sum (R27, R28, D17). */
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { answered, api, keyed } from "../api/client.ts";
import { type Money, money, sign, t } from "../i18n/index.ts";
import { keepsData } from "../state/browser.ts";
import { balance } from "../state/me.ts";
import { useMutation } from "../state/query.ts";
import { Button } from "../ui/button.tsx";
import { MoneyField } from "../ui/field.tsx";
import { Icon } from "../ui/icon.tsx";
import { Around, LiveText } from "../ui/live-text.tsx";
import { Banner, ProblemBanner } from "../ui/notices.tsx";
import { LARGEST_MINOR, type Pick, picksFor, SMALLEST_MINOR, typedAmount } from "./amounts.ts";
import { forgetTopUp, remember } from "./begun.ts";
import { keyOfPromise, type Ordered, promise } from "./promised.ts";
import { useTopUp } from "./settling.ts";
import "../styles/money.css";

interface Started {
  id: string;
  payUrl: string;
  amount: Money;
  /** The browser would not open a tab: the way there is a link. */
  blocked: boolean;
  /** What the press ordered too: as it was shown then. */
  order: Ordered | undefined;
}

interface Props {
  /** What the account lacks: offered to the kopeck, and chosen already. */
  missing?: Money | undefined;
  /** The price of a block: offers one more beside what is missing. */
  block?: Money;
  /**
   * The page must not be left, as in a session (D17). The provider opens in a tab of its own, and this one waits for the money. Else the
   * provider takes this tab, which no popup blocker minds, and comes back by `/finances/topups/<id>`. Where the browser keeps nothing it
   * opens in its own tab too: whoever left the page would be signed out.
   */
  stay?: boolean;
  /** Where to go on after the payment, when the page is left. */
  next?: string;
  /** What the press orders too, if it pays for all that is missing: placed when the money has come (R29). */
  order?: Ordered;
  /** The money has come, and with it what was confirmed by the same press, if anything was. Told only where the page stays. */
  onPaid?: (order: Ordered | undefined) => void;
}

export function TopUp(props: Props) {
  const [started, setStarted] = useState<Started | null>(null);
  const [declined, setDeclined] = useState<Money | null>(null);
  const words = t().money.topUp;
  if (started) {
    return (
      <Waiting
        started={started}
        onPaid={() => {
          setStarted(null);
          props.onPaid?.(started.order);
        }}
        onFailed={() => {
          setDeclined(started.amount);
          setStarted(null);
        }}
        onLeave={() => setStarted(null)}
      />
    );
  }
  return (
    <div class="stack">
      {declined && <Banner tone="bad">{words.declined(money(declined))}</Banner>}
      <Choice {...props} onStarted={setStarted} />
    </div>
  );
}

/** Which sum, and the press that begins it. */
function Choice(props: Props & { onStarted: (started: Started) => void }) {
  const [chosen, setChosen] = useState<Pick["why"] | number | "other">();
  const [typed, setTyped] = useState("");
  const [tried, setTried] = useState(false);
  const legend = useId();
  const words = t().money.topUp;
  const currency = props.missing?.currency ?? balance.value?.currency ?? "RUB";
  const sum = (minor: number, style?: "round") => money({ amount_minor: minor, currency }, style);
  const picks = picksFor(props.missing?.amount_minor ?? 0, props.block?.amount_minor);
  const keyOf = (pick: Pick) => (pick.why === "plain" ? pick.minor : pick.why);
  const pick = chosen === "other" ? undefined : (picks.find((it) => keyOf(it) === chosen) ?? picks[0]);
  const amount = pick?.minor ?? typedAmount(typed);
  const covers = typeof amount === "number" && amount >= (props.missing?.amount_minor ?? 0);
  const order = covers ? props.order : undefined;
  const begin = useMutation(async (key: string, minor: number, order: Ordered | undefined, tab?: Window | null) => {
    try {
      const body = { amount: { amount_minor: minor, currency } };
      const { id, pay_url, amount } = await answered(api.POST("/account/topups", { params: keyed(key), body }));
      remember(id, { payUrl: pay_url, next: props.next ?? null });
      // The same order may have been confirmed before, and placed by an answer that was lost: one key, so one order (D12).
      if (order) promise(id, keyOfPromise(order) ?? key, order);
      if (tab === undefined) return location.assign(pay_url);
      if (tab) {
        tab.opener = null;
        tab.location.replace(pay_url);
      }
      props.onStarted({ id, payUrl: pay_url, amount, blocked: tab === null, order });
    } catch (problem) {
      tab?.close();
      throw problem;
    }
  });
  const press = () => {
    setTried(true);
    if (typeof amount !== "number" || begin.busy) return;
    // The tab is opened by the press itself: browsers do not let one be opened later.
    begin.run(amount, order, props.stay || !keepsData() ? window.open("about:blank", "_blank") : undefined);
  };
  const fault = typeof amount === "number" || !tried ? undefined : words.faults[amount];
  return (
    <form
      class="stack"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        press();
      }}
    >
      <span class="sr" id={legend}>
        {words.amount}
      </span>
      <div class={picks.length === 2 ? "picks" : "picks picks-even"} role="group" aria-labelledby={legend}>
        {picks.map((it) => (
          <button
            key={keyOf(it)}
            type="button"
            class="pick"
            aria-pressed={it === pick}
            onClick={() => setChosen(keyOf(it))}
          >
            <LiveText>{sum(it.minor, "round")}</LiveText>
            {it.why !== "plain" && <small>{words.why[it.why]}</small>}
          </button>
        ))}
        <button type="button" class="pick" aria-pressed={chosen === "other"} onClick={() => setChosen("other")}>
          {words.other}
          <small>{words.otherAmount}</small>
        </button>
      </div>
      {chosen === "other" && (
        <MoneyField
          label={words.amount}
          name="amount"
          symbol={sign(currency)}
          value={typed}
          onInput={setTyped}
          hint={words.limits(sum(SMALLEST_MINOR), sum(LARGEST_MINOR, "round"))}
          error={fault}
        />
      )}
      <ProblemBanner problem={begin.problem} />
      <Button look="primary" submit wide busy={begin.busy}>
        {typeof amount === "number" ? (
          <Around words={order ? words.goOrder : words.go} live={sum(amount)} />
        ) : (
          words.goAny
        )}
      </Button>
      <p class="hint topup-hint">
        <Icon name="credit-card" />
        <span>
          {order
            ? `${words.thenOrder(money(order.price))} ${words.providerThen}`
            : props.stay
              ? words.newTab
              : words.provider}
        </span>
      </p>
    </form>
  );
}

/** Until the provider has said. */
function Waiting(props: { started: Started; onPaid: () => void; onFailed: () => void; onLeave: () => void }) {
  const { id, payUrl, amount, blocked } = props.started;
  const top = useTopUp(id);
  const state = top.data?.state;
  const told = useRef(false);
  const words = t().money.topUp;
  useEffect(() => {
    if (told.current || (state !== "paid" && state !== "failed")) return;
    told.current = true;
    forgetTopUp(id);
    if (state === "paid") props.onPaid();
    else props.onFailed();
  }, [state]);
  return (
    <div class="stack">
      <Banner tone="info">
        <b>{words.waiting(money(amount))}</b> {blocked ? words.blocked : words.waitingText}
      </Banner>
      <a class="btn btn-primary btn-wide" href={payUrl} target="_blank" rel="noopener">
        <Icon name="credit-card" />
        {blocked ? words.openPay(money(amount)) : words.openPayAgain}
      </a>
      <Button look="quiet" onPress={props.onLeave}>
        {words.another}
      </Button>
    </div>
  );
}

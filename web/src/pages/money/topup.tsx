/** Where the payment provider sends people back to: what became of the top-up, and the way on (R27, R28). */
import { useEffect, useState } from "preact/hooks";
import { useLocation, useRoute } from "preact-iso";
import { asProblem, type Problem } from "../../api/problem.ts";
import { type Money, moment, money, t } from "../../i18n/index.ts";
import { forgetTopUp, recall } from "../../money/begun.ts";
import { place, promisedWith } from "../../money/promised.ts";
import { useTopUp } from "../../money/settling.ts";
import { Head, nextPath, SignedIn, useTitle } from "../../shell/page.tsx";
import { balance, refreshAccount } from "../../state/me.ts";
import { useMutation } from "../../state/query.ts";
import { Button, ButtonLink } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { LiveText } from "../../ui/live-text.tsx";
import { Banner, Empty, ProblemBanner, problemWords, Skeleton, toast } from "../../ui/notices.tsx";
import { PageSkeleton } from "../../ui/page-skeleton.tsx";
import "../../styles/money.css";

export default function TopUpPage() {
  const { id = "" } = useRoute().params;
  return (
    <SignedIn>
      <Found key={id} id={id} />
    </SignedIn>
  );
}

const LOOK = {
  pending: { icon: "clock", tone: "" },
  paid: { icon: "circle-check", tone: " good" },
  failed: { icon: "circle-alert", tone: " bad" },
} as const;

/** The money has come for an order that was confirmed with it: it is placed, and nothing more is asked. */
function Placing({ id, onRefused }: { id: string; onRefused: (why: Problem) => void }) {
  const { route } = useLocation();
  const words = t().money.back;
  const [promised] = useState(() => promisedWith(id));
  const order = useMutation(async () => {
    if (!promised) return;
    try {
      const placed = await place(promised.order, promised.key);
      void refreshAccount();
      toast(words.placed);
      route(`/orders/${placed}`, true);
    } catch (error) {
      const why = asProblem(error);
      if (why.code === "already_ordered") route(`/orders/${why.facts.order_id}`, true);
      // What is lost on the way is tried again, by the same key.
      else if (promisedWith(id)) throw why;
      else onRefused(why);
    }
  });
  useEffect(() => order.run(), []);
  if (order.problem) return <ProblemBanner problem={order.problem} retry={order.run} />;
  return (
    <>
      <p role="status" class="muted">
        {words.placing}
      </p>
      <PageSkeleton />
    </>
  );
}

/** Why what was confirmed is asked again. */
function whyNot(why: Problem): string {
  const words = t().money.back;
  return why.code === "price_changed"
    ? words.dearer(money(why.facts.price as Money))
    : `${words.asked} ${problemWords(why)}`;
}

function Found({ id }: { id: string }) {
  const { url } = useLocation();
  const [refused, setRefused] = useState<Problem>();
  const top = useTopUp(id);
  const words = t().money.back;
  const begun = recall(id);
  const state = top.data?.state;
  const asked = new URLSearchParams(url.split("?")[1] ?? "").get("next") ?? begun?.next ?? "/finances";
  const next = nextPath(new URLSearchParams({ next: asked }).toString());
  const way = next.startsWith("/finances") ? words.toFinances : words.toOrder;
  useTitle(state ? words.title[state] : t().money.topUp.title);
  useEffect(() => {
    // Where to go on is kept until the page is left, so that a reload knows it too.
    if (state === "paid") return () => forgetTopUp(id);
    return undefined;
  }, [state]);
  if (top.problem?.code === "not_found") {
    return (
      <Empty
        whole
        icon="wallet"
        title={words.gone.title}
        act={<ButtonLink href="/finances">{words.toFinances}</ButtonLink>}
      >
        {words.gone.text}
      </Empty>
    );
  }
  if (!top.data || !state) {
    return top.problem ? <ProblemBanner problem={top.problem} retry={top.reload} /> : <Skeleton cards={1} />;
  }
  if (state === "paid" && promisedWith(id) && !refused) return <Placing id={id} onRefused={setRefused} />;
  const sum = money(top.data.amount);
  return (
    <section class="card stack stack-l pay-back">
      <div class="row nowraprow" role="status">
        <span class={`pay-back-icon${LOOK[state].tone}`}>
          <Icon name={LOOK[state].icon} large />
        </span>
        <div class="grow nomb">
          <Head title={words.title[state]} />
        </div>
      </div>
      <p>{words[state](sum)}</p>
      {state === "pending" && promisedWith(id) && <p>{words.thenOrder}</p>}
      {refused && <Banner tone="warn">{whyNot(refused)}</Banner>}
      {state === "paid" && (
        <dl class="sum">
          <div>
            <dt>{t().money.statement.topUp}</dt>
            <dd>{sum}</dd>
          </div>
          <div>
            <dt>{t().money.statement.when}</dt>
            <dd>{moment(top.data.settled_at ?? top.data.created_at)}</dd>
          </div>
          {balance.value && (
            <div class="total">
              <dt class="strong">{words.now}</dt>
              <dd>
                <LiveText>{money(balance.value)}</LiveText>
              </dd>
            </div>
          )}
        </dl>
      )}
      <div class="stack stack-s">
        {state === "pending" && begun && (
          <Button look="primary" wide onPress={() => location.assign(begun.payUrl)}>
            {words.pay}
          </Button>
        )}
        <ButtonLink look={state === "pending" ? "plain" : "primary"} wide href={next}>
          {state === "failed" ? words.again : way}
        </ButtonLink>
      </div>
    </section>
  );
}

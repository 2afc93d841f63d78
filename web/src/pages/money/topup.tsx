/** Where the payment provider sends people back to: what became of the top-up, and the way on (R27, R28). */
import { useEffect } from "preact/hooks";
import { useLocation, useRoute } from "preact-iso";
import { moment, money, t } from "../../i18n/index.ts";
import { forgetTopUp, recall } from "../../money/begun.ts";
import { useTopUp } from "../../money/settling.ts";
import { Head, nextPath, SignedIn, useTitle } from "../../shell/page.tsx";
import { balance } from "../../state/me.ts";
import { Button, ButtonLink } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { LiveText } from "../../ui/live-text.tsx";
import { Empty, ProblemBanner, Skeleton } from "../../ui/notices.tsx";
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

function Found({ id }: { id: string }) {
  const { url } = useLocation();
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

/** Topping up what is missing without leaving the page (D17): the payment opens in a tab of its own, and the account tells when it came. */
import { useEffect, useState } from "preact/hooks";
import { answered, api, keyed } from "../api/client.ts";
import { line } from "../line/line.ts";
import { useAct } from "../state/query.ts";
import { Button } from "../ui/button.tsx";
import { Icon } from "../ui/icon.tsx";
import { ProblemBanner } from "../ui/notices.tsx";
import { type Money, money, t } from "../words/index.ts";

export function TopUp({ missing, onPaid }: { missing: Money; onPaid?: () => void }) {
  const [payUrl, setPayUrl] = useState<string | null>(null);
  const words = t().call;
  const begin = useAct(async (key: string, tab: Window | null) => {
    try {
      const started = await answered(api.POST("/account/topups", { params: keyed(key), body: { amount: missing } }));
      if (tab) {
        tab.opener = null;
        tab.location.replace(started.pay_url);
      }
      setPayUrl(started.pay_url);
    } catch (problem) {
      tab?.close();
      throw problem;
    }
  });
  useEffect(() => (payUrl ? line.on("balance", () => onPaid?.()) : undefined), [payUrl]);
  if (payUrl) {
    return (
      <div class="stack">
        <p role="status">{words.payWaiting(money(missing))}</p>
        <a class="btn btn-wide" href={payUrl} target="_blank" rel="noopener">
          <Icon name="credit-card" />
          {words.payAgain}
        </a>
      </div>
    );
  }
  return (
    <div class="stack">
      <ProblemBanner problem={begin.problem} />
      <Button
        look="primary"
        wide
        busy={begin.busy}
        // The tab is opened by the press itself: browsers do not let one be opened later.
        onPress={() => begin.run(window.open("about:blank", "_blank"))}
      >
        {words.topUp(money(missing))}
      </Button>
      <p class="hint">{words.payElsewhere}</p>
    </div>
  );
}

/** Beside a dispute: where its money lies meanwhile, and the way to withdraw it (D25, D27). */
import { useState } from "preact/hooks";
import { answered, api, keyed } from "../../api/client.ts";
import { otherProblem } from "../../api/problem.ts";
import { sideOf } from "../../disputes/dispute-rules.ts";
import { toldOf } from "../../disputes/dispute-told.ts";
import { money, t } from "../../i18n/index.ts";
import { useMutation } from "../../state/query.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { ProblemBanner, toast } from "../../ui/notices.tsx";
import type { Dispute, DisputeProps } from "./dispute.tsx";

export function MoneyCard({ dispute }: { dispute: Dispute }) {
  const words = t().disputes.money;
  const side = sideOf(dispute) ?? "customer";
  const { held, sum } = toldOf(dispute);
  return (
    <section class="card stack stack-s" aria-labelledby="money">
      <h2 class="h-s" id="money">
        {words.title}
      </h2>
      <p class="hold-sum num">{held ? money(dispute.in_escrow) : sum}</p>
      <p class="small">{held ? words.held[side] : words.paid[side]}</p>
      {(held || dispute.kind === "consultation") && <p class="small muted">{words.rests[dispute.kind]}</p>}
    </section>
  );
}

export function Withdraw({ dispute, onDone, onMoved }: DisputeProps) {
  const [asking, setAsking] = useState(false);
  const words = t().disputes.withdraw;
  const told = toldOf(dispute);
  const withdraw = useMutation(async (key) => {
    const params = { path: { dispute_id: dispute.id }, ...keyed(key) };
    onDone(await answered(api.POST("/disputes/{dispute_id}/withdraw", { params })));
    toast(words.done);
    setAsking(false);
  }, onMoved);
  const side = sideOf(dispute) ?? "customer";
  if (!dispute.acts.includes("withdraw")) return null;
  return (
    <>
      <p class="withdraw small">
        <Button look="quiet" onPress={() => setAsking(true)}>
          {words.label}
        </Button>
        <span class="muted">{words.costs[side](told)}</span>
      </p>
      {asking && (
        <Dialog title={words.title} onClose={() => setAsking(false)}>
          <p>{told.held ? words.held(told) : words.paid[side](told)}</p>
          <ProblemBanner problem={otherProblem(withdraw.problem)} />
          <div class="acts acts-even">
            <Button onPress={() => setAsking(false)}>{t().disputes.stay}</Button>
            <Button look="danger" busy={withdraw.busy} onPress={withdraw.run}>
              {words.go}
            </Button>
          </div>
        </Dialog>
      )}
    </>
  );
}

/** A split that one side offers the other: read, accepted, declined, taken back, or made (D27). */
import { useState } from "preact/hooks";
import { answered, api, keyed } from "../../api/client.ts";
import { otherProblem } from "../../api/problem.ts";
import { type Division, keepsGoods, sideOf, splitOf, TEXT_AT_MOST } from "../../disputes/dispute-rules.ts";
import { toldOf } from "../../disputes/dispute-told.ts";
import { DivisionFields, GoodsAfter, SplitBar } from "../../disputes/division.tsx";
import { t } from "../../i18n/index.ts";
import { refreshAccount } from "../../state/me.ts";
import { useMutation } from "../../state/query.ts";
import { useUnsaved } from "../../state/unsaved.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { errorAt, TextArea } from "../../ui/field.tsx";
import { ProblemBanner, toast } from "../../ui/notices.tsx";
import type { DisputeProps } from "./dispute.tsx";

export function Proposals(props: DisputeProps) {
  const { dispute } = props;
  const words = t().disputes.offer;
  const makes = dispute.acts.includes("propose");
  if (!dispute.proposal && !makes) return null;
  return (
    <section class="card stack offer-card" aria-labelledby="offer-title" id="offer" tabIndex={-1}>
      {/* Another offer in the place of this one is read anew: whoever was about to agree is asked again. */}
      {dispute.proposal ? <Standing key={dispute.proposal.number} {...props} /> : <Title text={words.make} />}
      {makes && <Making {...props} />}
    </section>
  );
}

function Title({ text }: { text: string }) {
  return (
    <h2 class="h-s" id="offer-title">
      {text}
    </h2>
  );
}

/** The offer that stands, the reader's own or the other side's. */
function Standing({ dispute, onDone, onMoved, rate }: DisputeProps) {
  const words = t().disputes;
  const [asking, setAsking] = useState(false);
  const side = sideOf(dispute) ?? "customer";
  const { proposal } = dispute;
  const decline = useMutation(async (key) => {
    const params = { path: { dispute_id: dispute.id }, ...keyed(key) };
    const body = { proposal: proposal?.number ?? 0 };
    onDone(await answered(api.POST("/disputes/{dispute_id}/decline", { params, body })));
    toast(words.decline.done[own ? "own" : "theirs"]);
  }, onMoved);
  const agree = useMutation(async (key) => {
    const params = { path: { dispute_id: dispute.id }, ...keyed(key) };
    const body = { proposal: proposal?.number ?? 0 };
    onDone(await answered(api.POST("/disputes/{dispute_id}/agree", { params, body })));
    void refreshAccount();
    toast(words.agree.done);
    setAsking(false);
  }, onMoved);
  if (!proposal) return null;
  const own = proposal.by === side;
  const told = toldOf(dispute, proposal.split, rate);
  return (
    <>
      <div>
        <Title text={own ? words.offer.own : words.offer.theirs(told)} />
        <p class="small muted">{words.offer.stands(told)}</p>
      </div>
      <SplitBar
        split={proposal.split}
        reader={side}
        net={side === "performer" && rate && rate.bps > 0 ? told.net : undefined}
        goods={keepsGoods(dispute, proposal.split)}
      />
      <ProblemBanner problem={otherProblem(decline.problem)} />
      <div class="stack stack-s">
        {dispute.acts.includes("agree") && (
          <>
            <Button wide icon="check" onPress={() => setAsking(true)}>
              {words.agree.label[side](told)}
            </Button>
            <p class="small muted">{words.agree.costs[side](told)}</p>
          </>
        )}
        {dispute.acts.includes("decline") && (
          <>
            <Button look="quiet" wide busy={decline.busy} onPress={decline.run}>
              {own ? words.decline.own : words.decline.theirs}
            </Button>
            <p class="small muted">{words.decline.costs}</p>
          </>
        )}
      </div>
      {asking && (
        <Dialog title={words.agree.title} onClose={() => setAsking(false)}>
          <SplitBar split={proposal.split} reader={side} goods={keepsGoods(dispute, proposal.split)} />
          <p>
            <b>{words.agree.costs[side](told)}</b> {words.agree.final}
          </p>
          <ProblemBanner problem={otherProblem(agree.problem)} />
          <div class="acts acts-even">
            <Button onPress={() => setAsking(false)}>{words.stay}</Button>
            <Button look="primary" busy={agree.busy} onPress={agree.run}>
              {words.agree.label[side](told)}
            </Button>
          </div>
        </Dialog>
      )}
    </>
  );
}

/** One's own offer, which takes the place of whatever was offered before. */
function Making({ dispute, onDone, onMoved, rate }: DisputeProps) {
  const words = t().disputes.offer;
  const side = sideOf(dispute) ?? "customer";
  const [division, setDivision] = useState<Division>({ customer: "", performer: "" });
  const [text, setText] = useUnsaved(`offer.${dispute.id}`);
  const [tried, setTried] = useState(false);
  const [open, setOpen] = useState(false);
  const split = splitOf(dispute.amount, division);
  const told = toldOf(dispute, split, rate);
  const propose = useMutation(async (key) => {
    if (!split) return;
    const params = { path: { dispute_id: dispute.id }, ...keyed(key) };
    const body = { to_customer: split.to_customer, text: text.trim() };
    onDone(await answered(api.POST("/disputes/{dispute_id}/proposals", { params, body })));
    setDivision({ customer: "", performer: "" });
    setText("");
    setTried(false);
    setOpen(false);
    toast(words.done);
  }, onMoved);
  return (
    <details class="own" open={open} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>{dispute.proposal ? words.instead : t().disputes.split.name}</summary>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          setTried(true);
          if (split) propose.run();
        }}
      >
        <DivisionFields
          whole={dispute.amount}
          division={division}
          reader={side}
          onChange={setDivision}
          fault={tried && !split}
        />
        {side === "performer" && split && rate && <p class="small muted">{t().disputes.split.net(told.net)}</p>}
        {split && <GoodsAfter keeps={keepsGoods(dispute, split)} reader={side} />}
        <TextArea
          label={words.text}
          rows={2}
          value={text}
          maxLength={TEXT_AT_MOST}
          error={errorAt(propose.problem, "text")}
          onInput={setText}
        />
        <p class="hint">{words.hint(told)}</p>
        <ProblemBanner problem={otherProblem(propose.problem)} />
        <Button wide submit busy={propose.busy}>
          {split ? words.label[side](told) : words.empty}
        </Button>
      </form>
    </details>
  );
}

/** How a dispute is opened: about what and how much, what happens then, and why (R71, R72, D27). */
import { useLocation } from "preact-iso";
import { answered, api, keyed, type Schemas } from "../../api/client.ts";
import type { Problem } from "../../api/problem.ts";
import { TEXT_AT_MOST } from "../../disputes/dispute-rules.ts";
import { AttachButton, Attached, besideFields, useAttaching } from "../../files/attaching.tsx";
import { money, span, t } from "../../i18n/index.ts";
import { useMutation } from "../../state/query.ts";
import { useUnsaved } from "../../state/unsaved.ts";
import { Button, ButtonLink } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { errorAt, TextArea } from "../../ui/field.tsx";
import { Banner, ProblemBanner, problemWords, toast } from "../../ui/notices.tsx";

/** `sessionId`: of a consultation, the session that is disputed. Once it is open, its page is. */
export function OpenDispute(props: {
  order: Schemas["OrderPage"];
  sessionId: string | null;
  about: Schemas["DisputableView"];
  onClose: () => void;
}) {
  const { order, sessionId, about, onClose } = props;
  const words = t().disputes.open;
  const { route } = useLocation();
  const [text, setText] = useUnsaved(`dispute.${sessionId ?? order.id}`);
  const attaching = useAttaching();
  const open = useMutation(async (key) => {
    const params = { path: { order_id: order.id }, ...keyed(key) };
    const body = { session_id: sessionId, text: text.trim(), attachments: attaching.ids };
    const opened = await answered(api.POST("/orders/{order_id}/disputes", { params, body }));
    setText("");
    toast(words.done);
    route(`/disputes/${opened.id}`);
  });
  const sum = money(about.amount);
  return (
    <Dialog
      title={words.title[sessionId !== null ? "session" : order.kind === "files" ? "files" : "work"]}
      onClose={onClose}
    >
      <p>
        <b>{about.in_escrow.amount_minor > 0 ? words.held(sum) : words.paid[order.role](sum)}</b>{" "}
        {order.kind === "consultation" && `${t().disputes.onOrder.rests.consultation} `}
        {words.answer(span(about.answer_seconds * 1000))} {order.kind === "files" && words.goods}
      </p>
      <TextArea
        label={words.text}
        hint={`${words.read} ${words.hint}`}
        value={text}
        required
        maxLength={TEXT_AT_MOST}
        error={errorAt(open.problem, "text")}
        onInput={setText}
      />
      <div class="stack stack-s">
        <Attached attaching={attaching} problem={open.problem} />
        <p class="row small muted nowraprow">
          <AttachButton attaching={attaching} />
          <span>{t().work.thread.limits}</span>
        </p>
      </div>
      <Refusal problem={besideFields(open.problem, "text")} />
      <div class="acts acts-even">
        <Button onPress={onClose}>{t().disputes.stay}</Button>
        <Button look="primary" busy={open.busy} off={!attaching.ready} onPress={open.run}>
          {words.go}
        </Button>
      </div>
    </Dialog>
  );
}

/** Why it was not opened; to the dispute that is open already the way is there. */
function Refusal({ problem }: { problem: Problem | undefined }) {
  if (problem?.code !== "already_disputed") return <ProblemBanner problem={problem} />;
  const go = <ButtonLink href={`/disputes/${problem.facts.dispute_id}`}>{t().disputes.onOrder.go}</ButtonLink>;
  return (
    <Banner tone="bad" act={go}>
      {problemWords(problem)}
    </Banner>
  );
}

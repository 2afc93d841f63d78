/** What staff do about a dispute short of deciding it: take it, hand it over, ask its sides (D27, D28). */
import { useRef, useState } from "preact/hooks";
import { answered, api, keyed, type Schemas } from "../../api/client.ts";
import { otherProblem } from "../../api/problem.ts";
import { TEXT_AT_LEAST, TEXT_AT_MOST } from "../../disputes/dispute-rules.ts";
import { t } from "../../i18n/index.ts";
import { visible } from "../../i18n/seen.ts";
import { useMutation } from "../../state/query.ts";
import { useUnsaved } from "../../state/unsaved.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { errorAt, Select, TextArea } from "../../ui/field.tsx";
import { ProblemBanner, toast } from "../../ui/notices.tsx";

type Page = Schemas["DisputePage"];
type Side = Schemas["Side"];

export interface Acting {
  dispute: Page;
  /** The dispute after an act. */
  onDone: (after: Page) => void;
  /** It was not as it was shown. */
  onMoved: () => void;
}

export function Take(props: Acting) {
  const words = t().desk.closed;
  const take = useMutation(async (key) => {
    const params = { path: { dispute_id: props.dispute.id }, ...keyed(key) };
    props.onDone(await answered(api.POST("/admin/disputes/{dispute_id}/assign", { params })));
    toast(words.taken2);
  }, props.onMoved);
  return (
    <section class="card stack">
      <h2>{words.free}</h2>
      <p class="measure">{words.freeText}</p>
      <ProblemBanner problem={otherProblem(take.problem)} retry={take.run} />
      <div>
        <Button look="primary" icon="scale" busy={take.busy} onPress={take.run}>
          {words.take}
        </Button>
      </div>
    </section>
  );
}

export function HandOver(props: Acting) {
  const [asked, setAsked] = useState(false);
  const words = t().desk.handOver;
  const give = useMutation(async (key) => {
    const params = { path: { dispute_id: props.dispute.id }, ...keyed(key) };
    const after = await answered(api.POST("/admin/disputes/{dispute_id}/hand-over", { params }));
    setAsked(false);
    props.onDone(after);
    toast(words.done);
  }, props.onMoved);
  return (
    <>
      <Button onPress={() => setAsked(true)}>{words.go}</Button>
      {asked && (
        <Dialog title={words.title} onClose={() => setAsked(false)}>
          <p>{words.text}</p>
          <ProblemBanner problem={otherProblem(give.problem)} />
          <div class="acts acts-even">
            <Button onPress={() => setAsked(false)}>{t().common.cancel}</Button>
            <Button look="primary" busy={give.busy} onPress={give.run}>
              {words.go}
            </Button>
          </div>
        </Dialog>
      )}
    </>
  );
}

type Whom = Side | "both";
const SIDES: Record<Whom, Side[]> = {
  both: ["customer", "performer"],
  customer: ["customer"],
  performer: ["performer"],
};

/** A question to one side or to both. What is written outlives a call that is answered meanwhile. */
export function AskSides(props: Acting) {
  const { dispute } = props;
  const words = t().desk.ask;
  const [text, setText] = useUnsaved(`ask.${dispute.id}`);
  const [to, setTo] = useState<Whom>("both");
  const [short, setShort] = useState(false);
  const box = useRef<HTMLFormElement>(null);
  const put = (typed: string) => {
    setText(typed);
    setShort(false);
  };
  const ask = useMutation(async (key) => {
    const params = { path: { dispute_id: dispute.id }, ...keyed(key) };
    const body = { to: SIDES[to], text: text.trim() };
    const after = await answered(api.POST("/admin/disputes/{dispute_id}/question", { params, body }));
    put("");
    props.onDone(after);
    toast(words.sent);
  }, props.onMoved);
  const send = () => {
    const tooShort = visible(text) < TEXT_AT_LEAST;
    setShort(tooShort);
    if (tooShort) box.current?.querySelector("textarea")?.focus();
    else ask.run();
  };
  return (
    <form
      ref={box}
      class="ask"
      aria-label={words.title}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
      onKeyDown={(event) => {
        if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
        event.preventDefault();
        send();
      }}
    >
      <Awaited awaited={dispute.awaited} />
      <TextArea
        label={words.label}
        name="question"
        rows={3}
        maxLength={TEXT_AT_MOST}
        hint={words.hint}
        value={text}
        onInput={put}
        error={short ? words.short : errorAt(ask.problem, "text")}
      />
      <div class="ask-row">
        <Select
          label={words.to}
          value={to}
          options={(["both", "customer", "performer"] as const).map((it) => [it, words[it]] as const)}
          onChange={setTo}
        />
        <Button submit icon="send" busy={ask.busy}>
          {words.send}
        </Button>
      </div>
      <ProblemBanner problem={otherProblem(ask.problem)} retry={ask.run} />
    </form>
  );
}

function Awaited({ awaited: [first, second] }: { awaited: Side[] }) {
  const words = t().desk.ask;
  if (!first) return null;
  return <p class="small muted">{second ? words.waitingBoth : words.waiting[first]}</p>;
}

/** The thread of a dispute, and where a side answers and writes (R85, D27, D32). */
import { useEffect } from "preact/hooks";
import { answered, api, keyed, type Schemas } from "../../api/client.ts";
import { hasMoved } from "../../api/problem.ts";
import { DisputeLog } from "../../disputes/dispute-log.tsx";
import { TEXT_AT_MOST } from "../../disputes/dispute-rules.ts";
import { toldOf } from "../../disputes/dispute-told.ts";
import { ofSide } from "../../disputes/sources.ts";
import { AttachButton, Attached, besideFields, useAttaching } from "../../files/attaching.tsx";
import { Composer } from "../../files/composer.tsx";
import { useRecheck } from "../../files/scans.ts";
import { number, t } from "../../i18n/index.ts";
import { type Query, useMutation, usePages } from "../../state/query.ts";
import { useReadMark } from "../../state/read-mark.ts";
import { refreshUnread } from "../../state/unread.ts";
import { useUnsaved } from "../../state/unsaved.ts";
import { Button } from "../../ui/button.tsx";
import { errorAt, TextArea } from "../../ui/field.tsx";
import { Icon } from "../../ui/icon.tsx";
import { ProblemBanner, toast } from "../../ui/notices.tsx";
import type { Dispute, DisputeProps } from "./dispute.tsx";

type Entries = Query<Schemas["DisputeEntry"][]> & { more: (() => void) | null; loadingMore: boolean };

/** All that was said and done, newest first; read again whenever the dispute is. */
export function useEntries(dispute: Dispute): Entries {
  const entries = usePages(ofSide(dispute).entries, [dispute.id]);
  useEffect(() => {
    if (entries.data) entries.reload();
  }, [dispute]);
  return entries;
}

export function Talk({ entries, ...props }: DisputeProps & { entries: Entries }) {
  const { dispute } = props;
  const words = t().disputes.thread;
  const told = toldOf(dispute);
  const shown = entries.data?.toReversed() ?? [];
  useRecheck(
    shown.flatMap(({ attachments }) => attachments),
    entries.data,
    entries.reload,
  );
  // What is not kept any more nobody can read: it is no news either.
  const newest = entries.data?.find(({ by }) => by !== dispute.role)?.at;
  const gone = entries.problem?.code === "gone" ? dispute.ended_at : null;
  useReadMark(newest ?? gone ?? "", async (up_to) => {
    const params = { path: { dispute_id: dispute.id } };
    await answered(api.POST("/disputes/{dispute_id}/read", { params, body: { up_to } }));
    refreshUnread();
  });
  return (
    <section class="talk" aria-labelledby="talk">
      <div class="row between">
        <h2 id="talk">{words.title}</h2>
        <span class="small muted row nowraprow">
          <Icon name="lock" />
          <span>{words.seen(told)}</span>
        </span>
      </div>
      {entries.problem?.code === "gone" ? (
        <p class="muted">{t().disputes.evidence.gone}</p>
      ) : (
        <ProblemBanner problem={entries.problem} retry={entries.reload} />
      )}
      {!entries.data && !entries.problem && (
        <div class="stack stack-s" role="status" aria-busy="true">
          <span class="sr">{t().common.loading}</span>
          <div class="skeleton sk-2" aria-hidden="true" />
        </div>
      )}
      {entries.more && (
        <p>
          <Button look="quiet" busy={entries.loadingMore} onPress={entries.more}>
            {words.earlier}
          </Button>
        </p>
      )}
      {shown.length > 0 && (
        <DisputeLog entries={shown} dispute={dispute} labelledBy="talk" link={ofSide(dispute).file} />
      )}
      <Saying {...props} />
      {dispute.ended_at !== null && <p class="muted">{words.closed}</p>}
    </section>
  );
}

/** A whole answer where one waits, else a line for a message. */
function Saying(props: DisputeProps) {
  const { dispute, onDone, onMoved } = props;
  const words = t().disputes.thread;
  const { acts, awaited, role } = dispute;
  if (acts.includes("answer") || (acts.includes("say") && awaited.some((side) => side === role)))
    return <Answer {...props} key={String(acts.includes("answer"))} />;
  if (!acts.includes("say")) return null;
  return (
    <Composer
      draft={`say.${dispute.id}`}
      label={words.messageLabel}
      placeholder={words.messageLabel}
      hint={filesHint(dispute)}
      maxLength={TEXT_AT_MOST}
      filesLeft={dispute.files_left}
      send={async (body, key) => {
        const params = { path: { dispute_id: dispute.id }, ...keyed(key) };
        onDone(await answered(api.POST("/disputes/{dispute_id}/messages", { params, body })));
      }}
      onMoved={onMoved}
    />
  );
}

function filesHint({ files_left }: Dispute): string {
  const words = t().disputes.thread;
  return files_left > 0 ? words.filesLeft(number(files_left)) : words.noFiles;
}

/** The answer to whoever opened the dispute, or to the arbiter. */
function Answer({ dispute, onDone, onMoved }: DisputeProps) {
  const words = t().disputes.thread;
  const [text, setText] = useUnsaved(`say.${dispute.id}`);
  const attaching = useAttaching(dispute.files_left);
  const first = dispute.acts.includes("answer");
  const answer = useMutation(async (key) => {
    const params = { path: { dispute_id: dispute.id }, ...keyed(key) };
    const body = { text: text.trim(), attachments: attaching.ids };
    const now = first
      ? await answered(api.POST("/disputes/{dispute_id}/answer", { params, body }))
      : await answered(api.POST("/disputes/{dispute_id}/messages", { params, body }));
    setText("");
    attaching.clear();
    onDone(now);
    if (first) toast(words.answerDone);
  }, onMoved);
  return (
    <form
      class="card answer stack"
      onSubmit={(event) => {
        event.preventDefault();
        if (attaching.ready) answer.run();
      }}
    >
      <TextArea
        id="say"
        label={first ? words.answerLabel : words.toQuestion}
        hint={first ? t().disputes.waits.answer.text() : t().disputes.waits.question.text(toldOf(dispute))}
        rows={4}
        value={text}
        maxLength={TEXT_AT_MOST}
        error={errorAt(answer.problem, "text")}
        onInput={setText}
      />
      <Attached attaching={attaching} problem={answer.problem} />
      <ProblemBanner problem={hasMoved(answer.problem) ? undefined : besideFields(answer.problem, "text")} />
      <div class="row between">
        <span class="row small muted grow nowraprow">
          {dispute.files_left > 0 && <AttachButton attaching={attaching} />}
          <span>{filesHint(dispute)}</span>
        </span>
        <Button submit look="primary" busy={answer.busy} off={!attaching.ready}>
          {first ? words.sendAnswer : words.answerQuestion}
        </Button>
      </div>
    </form>
  );
}

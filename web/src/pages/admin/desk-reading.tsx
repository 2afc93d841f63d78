/** What staff read of a dispute that is theirs to decide: both sides beside the evidence, and beneath the verdict (R73, D27, D28). */
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { Schemas } from "../../api/client.ts";
import { DisputeLog } from "../../disputes/dispute-log.tsx";
import { Evidence } from "../../disputes/evidence.tsx";
import { type DisputeSource, ofDesk } from "../../disputes/sources.ts";
import { t } from "../../i18n/index.ts";
import { usePages } from "../../state/query.ts";
import { Button } from "../../ui/button.tsx";
import { ProblemBanner } from "../../ui/notices.tsx";
import { type Acting, AskSides } from "./desk-acts.tsx";
import { Verdict } from "./verdict.tsx";
import "../../styles/work.css";

/** `onDefault`: told how it is divided if nobody decides, once that is known. */
export function DeskReading(props: Acting & { onDefault: (split: Schemas["SplitView"] | null) => void }) {
  const { dispute, onDefault } = props;
  const words = t().desk;
  const source = useMemo((): DisputeSource => {
    const desk = ofDesk(dispute);
    const evidence = async () => {
      const found = await desk.evidence();
      onDefault(found.by_default);
      return found;
    };
    return { ...desk, evidence };
  }, [dispute.id]);
  // What is shown of work is its order; what silence means stands in the evidence.
  useEffect(() => {
    if (dispute.session_id === null) source.evidence().catch(() => undefined);
  }, [source]);
  return (
    <>
      <div class="desk-two">
        <section class="pane" aria-labelledby="thread">
          <h2 id="thread">{words.thread}</h2>
          <DeskThread dispute={dispute} source={source} />
          {dispute.acts.includes("question") && <AskSides {...props} />}
        </section>
        <div class="pane">
          <Evidence dispute={dispute} source={source} whole />
          <p class="xs muted">{words.logged}</p>
        </div>
      </div>
      {dispute.acts.includes("rule") && <Verdict {...props} />}
    </>
  );
}

/** What both sides and staff wrote and did, the newest at the bottom. */
function DeskThread({ dispute, source }: { dispute: Schemas["DisputePage"]; source: DisputeSource }) {
  const words = t().disputes.thread;
  const thread = usePages(source.entries, [dispute.id]);
  // As often as the dispute itself is read, or has been acted in.
  const read = useRef(dispute);
  useEffect(() => {
    if (read.current !== dispute) thread.reload();
    read.current = dispute;
  }, [dispute]);
  return (
    <>
      <ProblemBanner problem={thread.problem} retry={thread.reload} />
      {!thread.data && !thread.problem && (
        <div class="stack stack-s" role="status" aria-busy="true">
          <span class="sr">{t().common.loading}</span>
          <div class="skeleton sk-2" aria-hidden="true" />
        </div>
      )}
      {thread.more && (
        <p>
          <Button look="quiet" busy={thread.loadingMore} onPress={thread.more}>
            {words.earlier}
          </Button>
        </p>
      )}
      {thread.data && (
        <DisputeLog entries={thread.data.toReversed()} dispute={dispute} labelledBy="thread" link={source.file} />
      )}
    </>
  );
}

/** Ending a session: the question before, and the summary after (R57, R58). */
import type { Schemas } from "../../api/client.ts";
import { useAct } from "../../state/query.ts";
import { hangUp } from "../../talk/desk.ts";
import { useNow } from "../../talk/now.ts";
import type { Talk } from "../../talk/talk.ts";
import { Button, ButtonLink } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { ProblemBanner } from "../../ui/notices.tsx";
import { duration, money, plural, t } from "../../words/index.ts";
import type { Terms } from "./bar.tsx";

/** Asks before money that was paid is left unused. */
export function EndDialog({ talk, onClose }: { talk: Talk; onClose: () => void }) {
  const now = useNow();
  const end = useAct(async () => {
    await hangUp();
    onClose();
  });
  const words = t().call.end;
  const left = talk.paidUntilMs === null ? 0 : talk.paidUntilMs - now;
  const voidable = talk.voidableUntilMs !== null && talk.voidableUntilMs > now;
  const text =
    talk.side === "performer"
      ? words.performer
      : voidable
        ? words.void
        : left > 0
          ? words.unused(duration(left))
          : words.plain;
  return (
    <Dialog title={words.ask} onClose={onClose}>
      <p>{text}</p>
      <ProblemBanner problem={end.problem} />
      <div class="row">
        <Button look="danger" busy={end.busy} onPress={end.run}>
          {words.go}
        </Button>
        <Button onPress={onClose}>{words.back}</Button>
      </div>
    </Dialog>
  );
}

/** How long it was, what it cost, and why it is over. */
export function SummaryCard({ talk, order, terms }: { talk: Talk; order: Schemas["OrderPage"]; terms: Terms }) {
  const summary = talk.summary;
  if (!summary) return null;
  const words = t().call.summary;
  const customer = talk.side === "customer";
  const blocks = summary.billed_blocks;
  const each = customer ? terms.price : terms.share;
  const sum = money({ amount_minor: each.amount_minor * blocks, currency: each.currency });
  const time = duration(summary.duration_ms);
  const left = summary.by as readonly string[];
  const mine =
    summary.reason === "connection_lost" || summary.reason === "no_media" || summary.reason === "insufficient_funds"
      ? customer
      : summary.reason === "void"
        ? customer
        : left.includes(talk.side);
  const reason = words.reasons[summary.reason];
  return (
    <section class="card stack summary">
      <p class="muted small">{words.over}</p>
      <h1>{blocks > 0 ? words.cost(time, sum) : words.free(time)}</h1>
      <p>
        {reason && (mine ? reason.mine : reason.theirs)}{" "}
        {blocks > 0 && `${plural(blocks, customer ? words.blocks : words.earned)}.`}
      </p>
      <div class="row">
        <ButtonLink look="primary" href={`/orders/${order.id}`}>
          {words.order}
        </ButtonLink>
        {customer && order.state === "open" && <ButtonLink href={`/call/${order.id}`}>{words.again}</ButtonLink>}
      </div>
    </section>
  );
}

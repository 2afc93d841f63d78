/** The status bar of a session, on both sides (R52), and the notices that stand beneath it: low balance, loss, the right to leave free. */
import { useEffect, useRef, useState } from "preact/hooks";
import { audible, warn } from "../../calls/sound.ts";
import { TopUp } from "../../money/topup.tsx";
import { balance } from "../../state/me.ts";
import { blockMs, knowBlock } from "../../talk/block.ts";
import { announced, MINUTES, reading } from "../../talk/meter.ts";
import { useNow } from "../../talk/now.ts";
import type { Talk } from "../../talk/talk.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Banner } from "../../ui/notices.tsx";
import { clock, duration, type Money, money, t } from "../../words/index.ts";

/** What a block costs the customer, and what the performer gets of it. */
export interface Terms {
  price: Money;
  share: Money;
}

export function SessionBar({ talk, terms }: { talk: Talk; terms: Terms }) {
  const live = talk.phase === "live";
  const now = useNow(live, 500);
  const before = useRef<number | null>(null);
  const [told, setTold] = useState("");
  const words = t().call.bar;
  const { elapsedMs, leftMs, ticks } = reading(talk, blockMs.value, now);
  useEffect(() => void knowBlock(), []);
  useEffect(() => {
    const mark = announced(before.current, leftMs);
    before.current = leftMs;
    if (mark !== null) setTold(words.announce(duration(mark)));
  }, [leftMs]);
  const customer = talk.side === "customer";
  const free =
    talk.phase === "pending"
      ? words.free.pending
      : customer
        ? words.free.answered[talk.mode]
        : words.free.performer[talk.mode];
  return (
    <section class="session-bar" aria-label={words.label}>
      <div class="session-clock">
        <p>
          <b>{duration(elapsedMs)}</b>
          <span class="small">{leftMs === null ? free : words.left(duration(leftMs))}</span>
        </p>
        <progress class={talk.low ? "quarter low" : "quarter"} max={MINUTES} value={ticks} aria-label={words.block} />
        <span class="sr" role="status">
          {told}
        </span>
      </div>
      <dl class="facts">
        <div>
          <dt>{words.account}</dt>
          <dd>{balance.value ? money(balance.value) : "…"}</dd>
        </div>
        {talk.paidUntilMs !== null && (
          <div>
            <dt>{words.paidUntil}</dt>
            <dd>{clock(talk.paidUntilMs)}</dd>
          </div>
        )}
        <div>
          <dt>{customer ? words.rate : words.earns}</dt>
          <dd>{words.perBlock(money(customer ? terms.price : terms.share, "round"))}</dd>
        </div>
      </dl>
    </section>
  );
}

/** One notice at a time, the most pressing first: the line, then the money, then the right to leave. */
export function SessionNotice({ talk, terms }: { talk: Talk; terms: Terms }) {
  const now = useNow(talk.phase === "live");
  const words = t().call;
  if (talk.phase !== "live") return null;
  const mine = talk.lost.includes(talk.side);
  if (talk.lost.length > 0) {
    const left = duration(Math.max(0, (talk.lostUntilMs ?? now) - now));
    const kind = talk.lost.length > 1 ? "both" : mine ? "me" : "other";
    return <Banner tone={mine ? "bad" : "warn"}>{words.lost[kind](left)}</Banner>;
  }
  if (talk.low) return <LowBalance talk={talk} terms={terms} now={now} />;
  if (talk.voidableUntilMs !== null && talk.voidableUntilMs > now && talk.side === "customer") {
    return <Banner tone="info">{words.bar.voidable(duration(talk.voidableUntilMs - now))}</Banner>;
  }
  return null;
}

/** The account does not cover the boundary (D17): how long there is, the exact sum, and the way to pay it without leaving. */
function LowBalance({ talk, terms, now }: { talk: Talk; terms: Terms; now: number }) {
  const [asking, setAsking] = useState(false);
  const words = t().call.low;
  const low = talk.low;
  useEffect(() => {
    if (audible()) warn();
  }, [low?.boundaryMs]);
  if (!low) return null;
  // What is missing now: a top-up may have covered it, wholly or in part, since the warning.
  const account = balance.value;
  const missing = account
    ? Math.max(0, terms.price.amount_minor - account.amount_minor)
    : (low.missingMinor ?? terms.price.amount_minor);
  const left = duration(Math.max(0, low.boundaryMs - now));
  if (talk.side === "performer") {
    return (
      <Banner tone="warn">
        <b>{words.head(left)}</b> {words.performer}
      </Banner>
    );
  }
  if (missing === 0) return <Banner tone="good">{words.enough}</Banner>;
  const sum: Money = { amount_minor: missing, currency: terms.price.currency };
  return (
    <>
      <Banner
        tone="warn"
        act={
          <Button look="primary" onPress={() => setAsking(true)}>
            {`${words.topUp} · ${money(sum)}`}
          </Button>
        }
      >
        <b>{words.head(left)}</b> {words.customer(money(sum))}
      </Banner>
      {asking && (
        <Dialog title={words.topUp} onClose={() => setAsking(false)}>
          <TopUp stay missing={sum} block={terms.price} onPaid={() => setAsking(false)} />
          <Button onPress={() => setAsking(false)}>{t().common.close}</Button>
        </Dialog>
      )}
    </>
  );
}

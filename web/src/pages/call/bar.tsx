/** What both pages of a session show of its time and money (R52), and what is out of the ordinary. */

import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { clock, duration, money, t } from "../../i18n/index.ts";
import { shareOf } from "../../market/order-rules.ts";
import { TopUp } from "../../money/topup-form.tsx";
import type { CurrentSession } from "../../session/current-session.ts";
import { isLastBlock, nearLimitMs } from "../../session/limits.ts";
import { announced, elapsedMs, leftMs, TICKS, ticksUsed } from "../../session/meter.ts";
import { secondsLeft, useNow } from "../../session/now.ts";
import { type SessionState, type Side, shortMinor } from "../../session/state.ts";
import { warn } from "../../session/tone.ts";
import { socket } from "../../socket/socket.ts";
import { balance } from "../../state/me.ts";
import { useMutation } from "../../state/query.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Around, LiveText } from "../../ui/live-text.tsx";
import { Banner, ProblemBanner } from "../../ui/notices.tsx";
import type { Facts } from "./facts.ts";
import { Limit, useLimiting } from "./limit.tsx";

/** In this last part of a block the page warns by itself, if the service's warning (D17) did not reach it. */
const WARNED = 1 / 9;

/** What the pages of a session are drawn from. */
export interface SessionProps {
  session: CurrentSession;
  state: SessionState;
  side: Side;
  facts: Facts;
}

/** Nothing is short for a block that the limit does not ask for (E24). */
function useShort({ state, facts }: SessionProps): number | null {
  if (isLastBlock(state)) return null;
  const available = balance.value?.amount_minor ?? null;
  return shortMinor(state, facts.order.price.amount_minor, available, socket.now() + facts.blockMs * WARNED);
}

function nearMs({ state, facts }: SessionProps): number | null {
  return nearLimitMs(state, socket.now() + facts.blockMs * WARNED);
}

/** The time that is left, said at five, two and one minute; not each second. */
function useAnnouncement(left: number | null): string {
  const before = useRef<number | null>(null);
  const [said, setSaid] = useState("");
  useEffect(() => {
    const mark = left !== null && before.current !== null ? announced(before.current, left) : null;
    before.current = left;
    if (mark !== null) setSaid(t().call.session.announce(duration(mark)));
  }, [left]);
  return said;
}

export function StatusBar(props: SessionProps) {
  const { state, side, facts } = props;
  const { order, blockMs } = facts;
  const now = useNow();
  const words = t().call.session;
  const running = state.stage === "live" && state.t0Ms !== null && state.paidUntilMs !== null;
  const left = running ? leftMs(state.paidUntilMs ?? 0, now) : null;
  const said = useAnnouncement(left);
  const short = useShort(props);
  const rate = side === "customer" ? order.price : shareOf(order.price, order.commission_bps);
  return (
    <section class="session-bar" aria-label={words.status}>
      <div class="session-clock">
        <p>
          <b>
            <LiveText>{duration(running ? elapsedMs(state.t0Ms ?? 0, now) : 0)}</LiveText>
          </b>
          <span class="small">
            <Left left={left} paying={state.lost.length === 0 && short === null && !isLastBlock(state)} />
          </span>
        </p>
        <progress
          class={short === null && nearMs(props) === null ? "quarter" : "quarter low"}
          max={TICKS}
          value={running ? ticksUsed(state.paidUntilMs ?? 0, blockMs, now) : 0}
          aria-label={words.ticks}
        />
      </div>
      <dl class="facts">
        <div>
          <dt>{words.account}</dt>
          <dd>
            <LiveText>{balance.value ? money(balance.value) : "…"}</LiveText>
          </dd>
        </div>
        <div>
          <dt>{words.paidUntil}</dt>
          <dd>{state.paidUntilMs === null ? words.notYet : <LiveText>{clock(state.paidUntilMs)}</LiveText>}</dd>
        </div>
        <div>
          <dt>{side === "customer" ? words.rate : words.earns}</dt>
          <dd>{words.perBlock(money(rate, "round"))}</dd>
        </div>
      </dl>
      <Limit {...props} />
      <p class="sr" role="status">
        {said}
      </p>
    </section>
  );
}

/** What is left of the paid time; when nothing is, whether the next block is being paid. */
function Left({ left, paying }: { left: number | null; paying: boolean }) {
  const words = t().call.session;
  if (left === null) return <>{words.notCharged}</>;
  if (left > 0) return <Around words={words.left} live={duration(left + 999)} />;
  return <>{paying ? words.nextSoon : words.usedUp}</>;
}

/** A lost socket, a lost side, a limit that is near, or money that runs out: the gravest first. */
export function Troubles(props: SessionProps) {
  const { state, side, facts } = props;
  const now = useNow();
  const words = t().call.session;
  const short = useShort(props);
  const [paying, setPaying] = useState(false);
  const boundary = state.low?.boundaryMs ?? state.paidUntilMs ?? undefined;
  const warned = short !== null;
  useEffect(() => {
    if (warned && side === "customer") warn();
    if (!warned) setPaying(false);
  }, [warned, boundary]);
  const currency = facts.order.price.currency;
  const sum = (minor: number) => money({ amount_minor: minor, currency });
  const lostLine = socket.state.value !== "open";
  const ends = nearMs(props);
  const limiting = useLimiting(props);
  useEffect(() => {
    if (ends !== null && side === "customer") warn();
  }, [ends]);
  return (
    <>
      {lostLine && <Banner tone="warn">{words.lost}</Banner>}
      {!lostLine && state.lost.length > 0 && (
        <Banner tone="warn">
          <b>
            {lossWords(state, side, facts.order.other_name)}{" "}
            {state.lostUntilMs !== null && (
              <Ticking>
                <Around words={words.interrupted.wait} live={duration(secondsLeft(state.lostUntilMs, now) * 1000)} />
              </Ticking>
            )}
          </b>{" "}
          {words.interrupted.free}
        </Banner>
      )}
      {ends !== null && (
        <Banner
          tone="warn"
          act={
            side === "customer" && (
              <Button busy={limiting.busy} onPress={() => limiting.run(null)}>
                {t().call.limit.goOn}
              </Button>
            )
          }
        >
          <b>
            <Ticking>
              <Around words={t().call.limit.near} live={duration(secondsLeft(ends, now) * 1000)} />
            </Ticking>
            <span class="sr">{t().call.limit.nearSoon}</span>
          </b>{" "}
          {t().call.limit.nearText[side](clock(ends))}
        </Banner>
      )}
      {short !== null && boundary !== undefined && (
        <Banner
          tone="warn"
          act={
            side === "customer" && (
              <Button look="primary" onPress={() => setPaying(true)}>
                <Around words={t().call.topUp} live={sum(short)} />
              </Button>
            )
          }
        >
          <b>
            <Ticking>
              <Around words={words.low} live={duration(secondsLeft(boundary, now) * 1000)} />
            </Ticking>
            <span class="sr">{words.lowSoon}</span>
          </b>{" "}
          {side === "customer" ? <Around words={words.lowText} live={sum(short)} /> : words.lowPerformer}
        </Banner>
      )}
      {paying && short !== null && (
        <Dialog title={t().call.topUpTitle} onClose={() => setPaying(false)}>
          <TopUp stay missing={{ amount_minor: short, currency }} onPaid={() => setPaying(false)} />
          <Button look="quiet" onPress={() => setPaying(false)}>
            {t().common.close}
          </Button>
        </Dialog>
      )}
    </>
  );
}

function lossWords(state: SessionState, side: Side, name: string): string {
  const words = t().call.session.interrupted;
  if (state.mediaAwaited.length > 0 && state.lost.length === state.mediaAwaited.length) return words.media;
  if (state.lost.length > 1) return words.both;
  return state.lost[0] === side ? words.own : words.other(name);
}

/** What changes every second is for the eye: read out each time it would be a torment. */
function Ticking({ children, small }: { children: ComponentChildren; small?: boolean }) {
  return (
    <span aria-hidden="true" class={small ? "small wait-left" : undefined}>
      {children}
    </span>
  );
}

/** Ends the session at once while nothing is charged, and asks before paid time is given up. */
export function useEnding({ session, state, side }: SessionProps) {
  const [asking, setAsking] = useState(false);
  const end = useMutation(() => session.end());
  const now = useNow();
  const words = t().call.session;
  const voidable = state.voidableUntilMs !== null && now < state.voidableUntilMs;
  const dialog = (asking || end.problem) && (
    <Dialog
      title={words.endTitle}
      onClose={() => {
        setAsking(false);
        end.clear();
      }}
    >
      <ProblemBanner problem={end.problem} />
      <p>
        {state.stage !== "live" ? (
          words.endFree
        ) : voidable ? (
          words.endVoid[side]
        ) : (
          <Around words={words.endText} live={clock(state.paidUntilMs ?? now)} />
        )}
      </p>
      <div class="acts">
        <Button
          onPress={() => {
            setAsking(false);
            end.clear();
          }}
        >
          {words.stay}
        </Button>
        <Button look="danger" icon="phone-off" busy={end.busy} onPress={() => end.run()}>
          {t().call.end}
        </Button>
      </div>
    </Dialog>
  );
  return { busy: end.busy, press: () => (state.stage === "live" ? setAsking(true) : end.run()), dialog };
}

/** Until the clock runs: what starts it, and when the waiting ends by itself. */
export function WaitingNote({ state, children }: Pick<SessionProps, "state"> & { children: string }) {
  const now = useNow();
  const words = t().call.session;
  return (
    <>
      {children}
      {state.untilMs !== null && (
        <Ticking small>
          {" "}
          <Around words={words.autoEnd} live={duration(secondsLeft(state.untilMs, now) * 1000)} />
        </Ticking>
      )}
    </>
  );
}

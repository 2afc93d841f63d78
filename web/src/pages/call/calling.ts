/** A customer's call from the page's opening to an answer or to why there is none (R37 to R39). */
import { useEffect, useRef, useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { answered, api, type Schemas } from "../../api/client.ts";
import { asProblem, Problem } from "../../api/problem.ts";
import { t } from "../../i18n/index.ts";
import type { Consulted } from "../../market/order-rules.ts";
import { begin, inAnother } from "../../session/current.ts";
import { limitIn } from "../../session/limits.ts";
import { heard, newSession, type Reason, type SessionState } from "../../session/state.ts";
import { socket } from "../../socket/socket.ts";
import { later } from "../../socket/timers.ts";

const LOOK_MS = 2_000;

/** A call that is being made. */
export type Calling = { at: "starting" } | { at: "ringing"; state: SessionState; sinceMs: number };

/** What the page is about just now. */
export type Phase =
  | { at: "looking" }
  | { at: "ready" }
  | Calling
  | { at: "over"; reason: Reason | null }
  | { at: "refused"; problem: Problem };

/** What goes on, and what a press can do about it. */
export function useCalling(order: Consulted<Schemas["OrderPage"]>) {
  const { route, query } = useLocation();
  const limit = limitIn(query.limit);
  const [phase, setPhase] = useState<Phase>({ at: "looking" });
  const performer = order.role === "performer";
  const ringing = phase.at === "ringing" ? phase.state : null;

  const toSession = (sessionId: string) => {
    answeredHere.current = true;
    route(`/session/${sessionId}`, true);
  };
  // Whoever leaves the page while it rings gives the call up: nobody would be there for the answer.
  const leaving = useRef<string | null>(null);
  const left = useRef(false);
  const answeredHere = useRef(false);
  leaving.current = ringing && !ringing.elsewhere ? ringing.sessionId : null;
  useEffect(
    () => () => {
      left.current = true;
      if (leaving.current && !answeredHere.current) socket.say({ type: "call.cancel", session_id: leaving.current });
    },
    [],
  );

  // A call that begins outdates what is still on its way about the one before.
  const turn = useRef(0);
  const stopLater = useRef(() => {});
  const next = () => {
    stopLater.current();
    turn.current += 1;
    return turn.current;
  };
  useEffect(() => () => stopLater.current(), []);

  const start = async () => {
    if (inAnother()) return setPhase({ at: "refused", problem: new Problem("not_callable", { reason: "self" }) });
    const mine = next();
    setPhase({ at: "starting" });
    try {
      const frame = await socket.ask<"call.ringing">({
        type: "call.start",
        order_id: order.id,
        ...(limit !== null && { limit_blocks: limit }),
      });
      if (left.current || mine !== turn.current) {
        socket.say({ type: "call.cancel", session_id: frame.session_id });
        return;
      }
      setPhase({ at: "ringing", state: heard(newSession(frame.session_id, "customer"), frame), sinceMs: socket.now() });
    } catch (error) {
      if (mine !== turn.current) return;
      const problem = asProblem(error);
      // Whether it rings is not known: the order tells when the socket is open again.
      if (problem.code === "network") return;
      const { session_id, reason } = problem.facts;
      if (problem.code === "call_live" && typeof session_id === "string") return toSession(session_id);
      if (problem.code === "session_over") return setPhase({ at: "over", reason: reason as Reason });
      setPhase({ at: "refused", problem });
    }
  };

  /** Where a call stands that may have moved on while nobody heard of it. `hold`: one that still rings is left to ring. */
  const look = async (sessionId: string, hold = false): Promise<void> => {
    const mine = turn.current;
    const outdated = () => left.current || mine !== turn.current;
    try {
      const { state, reason } = await answered(
        api.GET("/sessions/{session_id}", { params: { path: { session_id: sessionId } } }),
      );
      if (outdated()) return;
      if (state === "ringing" && hold) return lookLater(sessionId);
      // A session that was talked in has a page of its own, with what it cost.
      if (state === "ended" && !(reason && reason in t().call.outcome)) return toSession(sessionId);
      if (state === "ended") return setPhase({ at: "over", reason });
      if (state !== "ringing") return toSession(sessionId);
      if (!performer) return start();
      setPhase({ at: "ready" });
    } catch (error) {
      if (outdated()) return;
      const problem = asProblem(error);
      if (problem.code === "network" || problem.code === "unavailable") lookLater(sessionId, hold);
      else setPhase({ at: "refused", problem });
    }
  };
  const lookLater = (sessionId: string, hold = true) => {
    stopLater.current();
    stopLater.current = later(LOOK_MS, () => void look(sessionId, hold));
  };

  /** What became of a call whose answer was lost: it is not made anew without a press. */
  const findOut = async () => {
    const mine = turn.current;
    try {
      const now = await answered(api.GET("/orders/{order_id}", { params: { path: { order_id: order.id } } }));
      if (left.current || mine !== turn.current) return;
      const live = now.consultation?.live_session_id;
      if (live) void look(live);
      else setPhase({ at: "ready" });
    } catch (error) {
      if (mine === turn.current) setPhase({ at: "refused", problem: asProblem(error) });
    }
  };

  // The word of the end, or of an answer, may have been lost. A call that another tab has taken over is that tab's.
  const rings = ringing && !ringing.elsewhere ? ringing.sessionId : null;
  const untilMs = ringing?.untilMs;
  useEffect(() => {
    if (!rings || !untilMs) return;
    return later(untilMs - socket.now(), () => lookLater(rings));
  }, [rings, untilMs]);

  // The socket may open after the page does: the call waits for it.
  const open = socket.state.value === "open";
  useEffect(() => {
    if (!open) return;
    if (rings) return void look(rings);
    if (phase.at === "starting") return void findOut();
    if (phase.at !== "looking") return;
    const live = order.consultation.live_session_id;
    if (live) return void look(live);
    // A link calls; a page that is loaded anew, or gone back to, only offers to.
    const called = history.state?.called === true;
    history.replaceState({ ...history.state, called: true }, "");
    if (called || performer || order.state !== "open") setPhase({ at: "ready" });
    else void start();
  }, [open]);

  useEffect(
    () =>
      socket.listen((frame) => {
        if (frame.type === "call.answered" && frame.here && frame.session_id === ringing?.sessionId) {
          begin(frame, "customer");
          toSession(frame.session_id);
          return;
        }
        if (ringing === null) return;
        const now = heard(ringing, frame);
        if (now.ending) setPhase({ at: "over", reason: now.ending.reason });
        else if (now !== ringing) setPhase((old) => (old.at === "ringing" ? { ...old, state: now } : old));
      }),
    [ringing],
  );

  return {
    phase,
    /** In blocks: what the person chose before the call. */
    limit,
    start: () => void start(),
    /** Shows that a call can be made. */
    offer: () => setPhase({ at: "ready" }),
    /** Takes over a call that rings for another tab of this person. */
    takeOver: () => ringing && void look(ringing.sessionId),
    /** Before it is known whether it rings. */
    giveUp: () => {
      next();
      setPhase({ at: "ready" });
    },
    lookLater: (sessionId: string) => lookLater(sessionId),
  };
}

/**
 * The session that this page takes part in: what the frames make of it, and what the page does by itself: it comes back after a loss, reports
 * before each boundary (D18), keeps the account that the frames tell, and passes messages.
 */
import { batch, effect, signal } from "@preact/signals";
import { answered, api, freshKey } from "../api/client.ts";
import { asProblem, type Problem } from "../api/problem.ts";
import { line, type ServerFrame } from "../line/line.ts";
import type { Stats } from "../media/evidence.ts";
import { balance } from "../state/me.ts";
import { type Chat, failed, heard, newestOf, readUpTo, sending } from "./chat.ts";
import { reports } from "./meter.ts";
import { after, type Mode, mustReturn, opened, type Side, type Talk } from "./talk.ts";

const AGAIN_MS = 2_000;

export const talk = signal<Talk | null>(null);
export const chat = signal<Chat>([]);
export const iceServers = signal<RTCIceServer[]>([]);
/** Why the page could not come back; it tries again by itself unless the session is over. */
export const returning = signal<Problem | null>(null);

/** Who knows of this page's media: what a report says of them, and that it was delivered. A text session has none. */
export interface Witness {
  stats(): Promise<Stats>;
  delivered(stats: Stats): void;
}
let witness: Witness | null = null;
let reporting: ReturnType<typeof setTimeout> | undefined;
let retry: ReturnType<typeof setTimeout> | undefined;

/** Reports carry what this witness says. Answers how to stop. */
export function evidenceBy(told: Witness): () => void {
  witness = told;
  return () => {
    if (witness === told) witness = null;
  };
}

/** The talk that an answer has opened on this page. */
export function enter(sessionId: string, side: Side, mode: Mode, untilMs: number, servers: unknown): void {
  batch(() => {
    talk.value = opened(sessionId, side, mode, untilMs);
    chat.value = [];
    iceServers.value = servers as RTCIceServer[];
    returning.value = null;
  });
}

/** Takes this side in this page: after a reload, a lost line, or from another tab. Throws Problem when that is refused for good. */
export async function comeBack(sessionId: string, side: Side, mode: Mode): Promise<void> {
  clearTimeout(retry);
  if (talk.value?.sessionId !== sessionId) enter(sessionId, side, mode, 0, []);
  try {
    // The answer's frame is heard by everybody who listens, the talk too.
    const answer = await line.ask<"session.resumed" | "session.ended">({ type: "resume", session_id: sessionId });
    returning.value = null;
    if (answer.type === "session.resumed" && answer.ice_servers?.length) {
      iceServers.value = answer.ice_servers as unknown as RTCIceServer[];
    }
  } catch (error) {
    const problem = asProblem(error);
    returning.value = problem;
    if (problem.code !== "network" && problem.code !== "unavailable") throw problem;
    retry = setTimeout(() => {
      if (line.state.value === "open" && talk.value?.sessionId === sessionId) void again();
    }, AGAIN_MS);
  }
}

async function again(): Promise<void> {
  const now = talk.value;
  if (now && now.phase !== "ended" && now.phase !== "moved") {
    await comeBack(now.sessionId, now.side, now.mode).catch(() => {});
  }
}

/** The page leaves the session's page; the session goes on, and this page comes back by `resume`. */
export function leave(): void {
  clearTimeout(reporting);
  clearTimeout(retry);
  talk.value = null;
  chat.value = [];
}

/** Ends the session (R58). Throws Problem. */
export async function hangUp(): Promise<void> {
  if (talk.value) await line.ask({ type: "session.end", session_id: talk.value.sessionId });
}

/** The performer starts a video session (R41). Throws Problem. */
export async function pressStart(): Promise<void> {
  if (talk.value) await line.ask({ type: "session.start", session_id: talk.value.sessionId });
}

/** What was said before this page knew of the session. */
export async function readTranscript(sessionId: string): Promise<void> {
  let cursor: string | null = null;
  do {
    const query: { limit: number; cursor?: string } = cursor ? { limit: 100, cursor } : { limit: 100 };
    const asked = { params: { path: { session_id: sessionId }, query } };
    const page: { items: Said[]; next_cursor: string | null } = await answered(
      api.GET("/sessions/{session_id}/transcript", asked),
    );
    if (talk.value?.sessionId !== sessionId) return;
    chat.value = page.items.reduce((known, it) => heard(known, saidIn(it)), chat.value);
    cursor = page.next_cursor;
  } while (cursor);
}

type Said = { client_id: string; author: Side; text: string; at: string };
const saidIn = (it: Said) => ({ clientId: it.client_id, author: it.author, text: it.text, atMs: Date.parse(it.at) });

/** Says something, or again what did not get through: under its own id, so that it is one message (D20). */
export async function say(text: string, clientId: string = freshKey()): Promise<void> {
  const now = talk.value;
  if (!now) return;
  const message = { clientId, author: now.side, text, atMs: line.now() };
  chat.value = sending(chat.value, message);
  try {
    await line.ask<"chat.message">({ type: "chat.send", session_id: now.sessionId, client_id: clientId, text });
  } catch {
    chat.value = failed(chat.value, clientId, now.side);
  }
}

let toldReadMs = 0;

/** Tells the other side that its messages were looked at. */
export function markRead(): void {
  const now = talk.value;
  if (!now || document.hidden) return;
  const newest = newestOf(chat.value, now.side === "customer" ? "performer" : "customer");
  if (newest <= toldReadMs) return;
  toldReadMs = newest;
  line.say({ type: "chat.read", session_id: now.sessionId, up_to_ms: newest });
}

function hear(frame: ServerFrame): void {
  const now = talk.value;
  if (!now || !("session_id" in frame) || frame.session_id !== now.sessionId) return;
  const next = after(now, frame);
  batch(() => {
    talk.value = next;
    if (frame.type === "session.started" || frame.type === "session.charged") hold(frame.balance_minor);
    if (frame.type === "chat.message") {
      const { author, client_id, text, at_ms } = frame;
      chat.value = heard(chat.value, { clientId: client_id, author: author as Side, text, atMs: at_ms });
    }
    if (frame.type === "chat.read") chat.value = readUpTo(chat.value, now.side, frame.up_to_ms);
  });
  if (frame.type === "session.interrupted" && mustReturn(next)) void again();
}

function hold(minor: number): void {
  if (balance.value) balance.value = { ...balance.value, amount_minor: minor };
}

/** Reports this side's life, with what there is to say of its media (D18, D29). */
export async function report(): Promise<void> {
  const now = talk.value;
  if (now?.phase !== "live") return;
  const stats = await witness?.stats();
  try {
    await line.ask({ type: "session.report", session_id: now.sessionId, ...(stats ? { stats } : {}) });
    if (stats) witness?.delivered(stats);
  } catch {
    // The next report says it again; the server probes a side that it does not hear from.
  }
}

line.listen(hear);

// A line that is open again is another one: it takes the side over before the other side is told of a loss.
let wasOpen = false;
effect(() => {
  const open = line.state.value === "open";
  if (open && !wasOpen) void again();
  wasOpen = open;
});

// One timer for the next report.
effect(() => {
  const until = talk.value?.phase === "live" ? talk.value.paidUntilMs : null;
  clearTimeout(reporting);
  if (until === null) return;
  const next = () => {
    const [at] = reports(until, line.manners.reportMs, line.now());
    if (at === undefined) return;
    reporting = setTimeout(() => {
      void report();
      next();
    }, at - line.now());
  };
  next();
});

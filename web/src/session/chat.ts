/** The messages of a session: what was typed here, what came, and how far the other side has read. Pure. */
import type { FieldProblem } from "../api/problem.ts";
import type { Frames } from "../socket/socket.ts";
import type { Side } from "./state.ts";

/** Of one's own: on its way, lost or refused, taken by the service. */
export type Delivery = "sending" | "failed" | "sent";

export interface Message {
  readonly author: Side;
  readonly clientId: string;
  readonly text: string;
  /** When the service took it; null before that. */
  readonly atMs: number | null;
  readonly delivery: Delivery;
  /** Why it was refused, if it was: then it has to be mended. */
  readonly fault?: FieldProblem;
}

export interface Chat {
  /** Those that the service took, by its time, then those on their way, as they were typed. */
  readonly messages: readonly Message[];
  /** The other side has read up to this instant. */
  readonly readMs: number;
}

export const MAX_CODE_POINTS = 4000;
export const NO_CHAT: Chat = { messages: [], readMs: 0 };

/** A message on its way; also a failed one that is sent again. */
export function typed(chat: Chat, author: Side, clientId: string, text: string): Chat {
  if (find(chat, author, clientId)?.delivery === "sent") return chat;
  return put(chat, [{ author, clientId, text, atMs: null, delivery: "sending" }]);
}

/** It did not go: the text stays, and can be sent again, or mended where there is a fault in it. A receipt that came meanwhile holds. */
export function failed(chat: Chat, author: Side, clientId: string, fault?: FieldProblem): Chat {
  const known = find(chat, author, clientId);
  if (known?.delivery !== "sending") return chat;
  return put(chat, [{ ...known, delivery: "failed", ...(fault && { fault }) }]);
}

/** It is taken back to be written anew. */
export function dropped(chat: Chat, message: Message): Chat {
  return { ...chat, messages: chat.messages.filter((it) => it !== message) };
}

/** What the service tells: a message of either side, the first or a repeat of it. */
export function told(chat: Chat, frame: Frames["ChatMessageFrame"]): Chat {
  return put(chat, [taken(frame.author, frame.client_id, frame.text, frame.at_ms)]);
}

/** The transcript, joined with what is known already. */
export function recalled(
  chat: Chat,
  items: ReadonlyArray<{ author: Side; client_id: string; text: string; at: string }>,
): Chat {
  return put(
    chat,
    items.map((it) => taken(it.author, it.client_id, it.text, Date.parse(it.at))),
  );
}

export function readUpTo(chat: Chat, upToMs: number): Chat {
  return upToMs > chat.readMs ? { ...chat, readMs: upToMs } : chat;
}

export type Mark = "sending" | "failed" | "delivered" | "read";

/** How far a message of one's own has got. */
export function markOf(chat: Chat, message: Message): Mark {
  if (message.delivery !== "sent") return message.delivery;
  return (message.atMs ?? 0) <= chat.readMs ? "read" : "delivered";
}

/** The instant up to which a reader on `side` has the other side's messages before them. 0: there are none. */
export function newestOfOther(chat: Chat, side: Side): number {
  return chat.messages.reduce((last, it) => (it.author === side ? last : Math.max(last, it.atMs ?? 0)), 0);
}

export type Entry =
  | { readonly kind: "day"; readonly atMs: number }
  | { readonly kind: "clock"; readonly atMs: number }
  | { readonly kind: "message"; readonly message: Message };

/** The log: a line for each day, and one where the clock started. `dayOf` names the day of an instant in the reader's zone. */
export function logOf(chat: Chat, t0Ms: number | null, dayOf: (ms: number) => string): Entry[] {
  const entries: Entry[] = [];
  let day: string | null = null;
  let clock = t0Ms;
  for (const message of chat.messages) {
    const { atMs } = message;
    if (clock !== null && (atMs === null || atMs > clock)) {
      entries.push({ kind: "clock", atMs: clock });
      clock = null;
    }
    if (atMs !== null && dayOf(atMs) !== day) {
      day = dayOf(atMs);
      entries.push({ kind: "day", atMs });
    }
    entries.push({ kind: "message", message });
  }
  if (clock !== null) entries.push({ kind: "clock", atMs: clock });
  return entries;
}

function taken(author: Side, clientId: string, text: string, atMs: number): Message {
  return { author, clientId, text, atMs, delivery: "sent" };
}

function find(chat: Chat, author: Side, clientId: string): Message | undefined {
  return chat.messages.find((it) => it.author === author && it.clientId === clientId);
}

function put(chat: Chat, news: readonly Message[]): Chat {
  const fresh = new Map(news.map((it) => [`${it.author} ${it.clientId}`, it]));
  const kept = chat.messages.map((it) => {
    const key = `${it.author} ${it.clientId}`;
    const newer = fresh.get(key);
    fresh.delete(key);
    return newer ?? it;
  });
  const messages = [...kept, ...fresh.values()];
  // Sorting keeps the order of equals, and so of those that have no time yet.
  messages.sort((a, b) => (a.atMs ?? Number.MAX_SAFE_INTEGER) - (b.atMs ?? Number.MAX_SAFE_INTEGER));
  return { ...chat, messages };
}

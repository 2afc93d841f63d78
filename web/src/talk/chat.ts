/** The messages of a session and what became of one's own. Pure. */
import type { Side } from "./talk.ts";

export interface Message {
  readonly clientId: string;
  readonly author: Side;
  readonly text: string;
  /** The server's time; for one that is on its way, this machine's guess of it. */
  readonly atMs: number;
  /** sent: the service has it and has passed it on; read: the other side has looked at it. */
  readonly state: "sending" | "sent" | "read" | "failed";
}

export type Chat = readonly Message[];

const same = (a: Message, b: Pick<Message, "author" | "clientId">) =>
  a.author === b.author && a.clientId === b.clientId;

/** With a message that the service tells of: its own echo, the other side's, or one from the transcript. A repeat changes nothing. */
export function heard(chat: Chat, message: Omit<Message, "state">): Chat {
  const known = chat.find((it) => same(it, message));
  if (known && (known.state === "sent" || known.state === "read")) return chat;
  const told: Message = { ...message, state: "sent" };
  return inOrder(known ? chat.map((it) => (same(it, message) ? told : it)) : [...chat, told]);
}

/** With a message that is being sent, or sent again under the same id (D20). */
export function sending(chat: Chat, message: Omit<Message, "state">): Chat {
  const fresh: Message = { ...message, state: "sending" };
  if (!chat.some((it) => same(it, message))) return [...chat, fresh];
  return chat.map((it) => (same(it, message) && it.state === "failed" ? fresh : it));
}

/** A message did not get through; its text stays. One that was heard of meanwhile did. */
export function failed(chat: Chat, clientId: string, author: Side): Chat {
  return chat.map((it) => (same(it, { clientId, author }) && it.state === "sending" ? { ...it, state: "failed" } : it));
}

/** The other side has read up to an instant. */
export function readUpTo(chat: Chat, mine: Side, ms: number): Chat {
  return chat.map((it) => (it.author === mine && it.state === "sent" && it.atMs <= ms ? { ...it, state: "read" } : it));
}

/** The newest instant of the other side's messages; 0 when there is none. */
export function newestOf(chat: Chat, side: Side): number {
  return chat.reduce((newest, it) => (it.author === side ? Math.max(newest, it.atMs) : newest), 0);
}

function inOrder(chat: Chat): Chat {
  return [...chat].sort((a, b) => a.atMs - b.atMs);
}

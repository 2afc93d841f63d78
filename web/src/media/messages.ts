/**
 * What two pages of a call say to each other through the `signal` frame. The server does not look into it, so each page distrusts what it
 * hears. Whatever is malformed or too large is no message.
 */

/** What a side does not send: `screen` says that its video is its screen. */
export interface Mutes {
  audio: boolean;
  video: boolean;
  screen: boolean;
}

interface Addressed {
  /** The link of the page that speaks: a page that was reloaded, or has built its connection anew, has another. */
  from: string;
  /** The link that it speaks to; null when it does not know who is there. */
  to: string | null;
}

export type Hello = Addressed & { kind: "hello" };
export type Description = Addressed & {
  kind: "description";
  type: "offer" | "answer";
  sdp: string;
  /** The offer's number; an answer has that of its offer, so that one which was overtaken is known as such. */
  turn: number;
  mutes: Mutes;
};
export type Candidates = Addressed & { kind: "candidates"; list: RTCIceCandidateInit[] };
export type Muted = Addressed & { kind: "muted"; mutes: Mutes };
export type Message = Hello | Description | Candidates | Muted;

/** A frame has at most 32 KB, and the frame around the data needs little. */
export const MAX_BYTES = 30 * 1024;
export const MAX_CANDIDATES = 16;
const MAX_CANDIDATE = 1024;
const LINK = /^[0-9a-z]{8,32}$/;

/** Whether it fits into a frame. */
export function fits(message: Message): boolean {
  return new TextEncoder().encode(JSON.stringify(message)).length <= MAX_BYTES;
}

/**
 * Candidates are sent on their own as they are found. In a description they would be there twice, and make it longer with every restart.
 */
export function withoutCandidates(sdp: string): string {
  return sdp.replace(/^a=(candidate:.*|end-of-candidates)\r?\n/gm, "");
}

/** Lists of a size that fits into a frame. */
export function inBatches(list: readonly RTCIceCandidateInit[]): RTCIceCandidateInit[][] {
  const batches: RTCIceCandidateInit[][] = [];
  for (let at = 0; at < list.length; at += MAX_CANDIDATES) batches.push(list.slice(at, at + MAX_CANDIDATES));
  return batches;
}

/** The message in what came, or null. */
export function messageIn(data: unknown): Message | null {
  if (!isObject(data)) return null;
  const { from, to, kind } = data;
  if (!isLink(from) || !(to === null || isLink(to))) return null;
  if (kind === "hello") return { kind, from, to };
  if (kind === "muted") {
    const mutes = mutesIn(data.mutes);
    return mutes && { kind, from, to, mutes };
  }
  if (kind === "candidates") {
    const list = candidatesIn(data.list);
    return list && { kind, from, to, list };
  }
  if (kind === "description") {
    const { type, sdp, turn } = data;
    const mutes = mutesIn(data.mutes);
    if ((type !== "offer" && type !== "answer") || !mutes) return null;
    if (typeof sdp !== "string" || sdp.length > MAX_BYTES || !Number.isSafeInteger(turn)) return null;
    return { kind, from, to, type, sdp, turn: turn as number, mutes };
  }
  return null;
}

function isObject(data: unknown): data is Record<string, unknown> {
  return typeof data === "object" && data !== null && !Array.isArray(data);
}

function isLink(value: unknown): value is string {
  return typeof value === "string" && LINK.test(value);
}

function mutesIn(value: unknown): Mutes | null {
  if (!isObject(value)) return null;
  const { audio, video, screen } = value;
  if (typeof audio !== "boolean" || typeof video !== "boolean" || typeof screen !== "boolean") return null;
  return { audio, video, screen };
}

function candidatesIn(value: unknown): RTCIceCandidateInit[] | null {
  if (!Array.isArray(value) || value.length === 0 || value.length > MAX_CANDIDATES) return null;
  const list = value.map(candidateIn);
  return list.every((one) => one !== null) ? list : null;
}

function candidateIn(value: unknown): RTCIceCandidateInit | null {
  if (!isObject(value)) return null;
  const { candidate, sdpMid, sdpMLineIndex, usernameFragment } = value;
  if (typeof candidate !== "string" || candidate.length > MAX_CANDIDATE) return null;
  const found: RTCIceCandidateInit = { candidate };
  if (typeof sdpMid === "string") found.sdpMid = sdpMid;
  if (typeof sdpMLineIndex === "number") found.sdpMLineIndex = sdpMLineIndex;
  if (typeof usernameFragment === "string") found.usernameFragment = usernameFragment;
  return found.sdpMid === undefined && found.sdpMLineIndex === undefined ? null : found;
}

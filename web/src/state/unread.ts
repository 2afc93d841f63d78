/**
 * In how many threads something is new (E17): read when the socket opens, and again when a frame tells of something or a thread was read;
 * never by a timer. What one tab has read, the others of the device take from it.
 */
import { effect, signal, untracked } from "@preact/signals";
import { answered, api, type Schemas } from "../api/client.ts";
import { socket } from "../socket/socket.ts";
import { later } from "../socket/timers.ts";
import { type Channel, channel } from "./browser.ts";
import { me } from "./me.ts";

export type Unread = Schemas["UnreadView"];

/** Null until it is known, and for strangers. */
export const unread = signal<Unread | null>(null);
/** Counts how often more has become new since the page was loaded: what is read out. */
export const fresh = signal(0);

/** What comes in one breath is asked about once. */
const GATHER_MS = 400;
let waiting = false;
let asking = false;
let again = false;

/** What tabs tell each other: whose counts, and which. */
interface Told {
  person: string;
  counts: Unread;
}
let tabs: Channel | null = null;

/** Whether anything is new that was not. */
export function hasGrown(before: Unread | null, now: Unread): boolean {
  if (before === null) return false;
  return now.orders > before.orders || now.sales > before.sales || now.disputes > before.disputes;
}

/** Reads the counts again, soon: once for all who ask meanwhile. */
export function refreshUnread(): void {
  if (waiting) return;
  waiting = true;
  later(GATHER_MS, () => {
    waiting = false;
    void read();
  });
}

async function read(): Promise<void> {
  const person = me.peek()?.id;
  if (!person) return;
  if (asking) {
    again = true;
    return;
  }
  asking = true;
  try {
    const now = await answered(api.GET("/me/unread"));
    if (me.peek()?.id !== person) return;
    take(now);
    tabs?.say(JSON.stringify({ person, counts: now } satisfies Told));
  } catch {
    // The next frame, or the next opening of the socket, asks again.
  } finally {
    asking = false;
    if (again) {
      again = false;
      refreshUnread();
    }
  }
}

function take(now: Unread): void {
  if (hasGrown(unread.peek(), now)) fresh.value += 1;
  unread.value = now;
}

/** Follows what is told, for as long as the page lives. */
export function watchUnread(): void {
  tabs = channel("twip.unread", (text) => {
    const told = JSON.parse(text) as Told;
    if (told.person === me.peek()?.id) take(told.counts);
  });
  effect(() => {
    if (!me.value) unread.value = null;
    else if (socket.state.value === "open") untracked(refreshUnread);
  });
  for (const told of ["message.new", "message.read", "order.updated", "dispute.updated"] as const)
    socket.on(told, refreshUnread);
}

/** Notifications of calls while the tab is hidden (R20). They go through a worker, because phones know no other way. */

import { t } from "../i18n/index.ts";
import { notifying, worker } from "../state/browser.ts";
import { ringing } from "./incoming.ts";
import type { Incoming } from "./ringing.ts";
import { titleIn } from "./titles.ts";

const SCRIPT = "/sw.js";

export function mayNotify(): boolean {
  return notifying() === "granted";
}

/** Shows a call. The same tag in every tab: people with three tabs are told once. */
export async function notify(call: Incoming): Promise<void> {
  const { ring, mode } = t().call;
  const shows = await worker(SCRIPT, true);
  await shows?.showNotification(ring.notice(call.caller), {
    body: `${mode[call.mode]}. ${titleIn(call.title)}`,
    icon: "/icon-192.png",
    tag: call.sessionId,
    data: location.href,
  });
  await withdraw();
}

/** Takes away those whose call does not ring here. It may have been answered while the worker was found, or its page was closed. */
export async function withdraw(): Promise<void> {
  if (!mayNotify()) return;
  const shows = await worker(SCRIPT);
  for (const notice of (await shows?.getNotifications()) ?? []) {
    if (!ringing.peek().calls.some((it) => it.sessionId === notice.tag)) notice.close();
  }
}

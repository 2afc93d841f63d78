/** Notifications of calls while the tab is hidden (R20). They go through a worker, because phones know no other way. */
import { t } from "../words/index.ts";
import { ringing } from "./incoming.ts";
import type { Incoming } from "./ringing.ts";
import { titleIn } from "./titles.ts";

export function mayNotify(): boolean {
  return "serviceWorker" in navigator && "Notification" in globalThis && Notification.permission === "granted";
}

/** Shows a call. The same tag in every tab: people with three tabs are told once. */
export async function notify(call: Incoming): Promise<void> {
  const words = t().call;
  await navigator.serviceWorker.register("/sw.js");
  const worker = await navigator.serviceWorker.ready;
  await worker.showNotification(words.ring.notice(call.caller), {
    body: `${words.mode[call.mode]}. ${titleIn(call.title)}`,
    icon: "/icon-192.png",
    tag: call.sessionId,
    data: location.href,
  });
  await withdraw();
}

/** Takes away those whose call does not ring here: it may have been answered while the worker was found, or its page was closed. */
export async function withdraw(): Promise<void> {
  if (!mayNotify()) return;
  const worker = await navigator.serviceWorker.getRegistration();
  for (const notice of (await worker?.getNotifications()) ?? []) {
    if (!ringing.peek().calls.some((it) => it.sessionId === notice.tag)) notice.close();
  }
}

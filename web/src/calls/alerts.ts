/** Telling a performer who looks elsewhere: the number in the tab's title, and a notification of the system while the tab is hidden. */
import type { Incoming } from "./incoming.ts";

let shown: Notification[] = [];

/** `(2) Title`; the plain title without calls. */
export function titled(title: string, calls: number): string {
  const plain = title.replace(/^\(\d+\) /, "");
  return calls ? `(${calls}) ${plain}` : plain;
}

export function canAsk(): boolean {
  return "Notification" in window && Notification.permission === "default";
}

/** Asks whether notifications may be shown; to be called by a press. */
export async function askToNotify(): Promise<boolean> {
  return (await Notification.requestPermission()) === "granted";
}

/** Shows a call to somebody who does not see the page. */
export function notify(call: Incoming, title: string, body: string, onPress: () => void): void {
  if (!document.hidden || !("Notification" in window) || Notification.permission !== "granted") return;
  const made = new Notification(title, { body, tag: call.sessionId, silent: call.silent, icon: "/icon-192.png" });
  made.onclick = () => {
    window.focus();
    onPress();
    made.close();
  };
  shown.push(made);
}

export function withdraw(): void {
  for (const notification of shown) notification.close();
  shown = [];
}

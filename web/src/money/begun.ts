import { device } from "../state/browser.ts";

/** Top-ups begun in this browser: where each is paid, and where to go on afterwards. A provider's page knows neither. */
export interface Begun {
  payUrl: string;
  next: string | null;
}

const KEY = "twip.topup.";

export function remember(id: string, begun: Begun): void {
  device.write(KEY + id, begun);
}

export function recall(id: string): Begun | null {
  const kept = device.read(KEY + id) as Partial<Begun> | null;
  if (typeof kept?.payUrl !== "string" || !/^https?:/.test(kept.payUrl)) return null;
  return { payUrl: kept.payUrl, next: typeof kept.next === "string" ? kept.next : null };
}

export function forgetTopUp(id: string): void {
  device.remove(KEY + id);
}

/** Top-ups begun in this browser: where each is paid, and where to go on afterwards. A provider's page knows neither. */
export interface Begun {
  payUrl: string;
  next: string | null;
}

const KEY = "twip.topup.";

export function remember(id: string, begun: Begun): void {
  localStorage.setItem(KEY + id, JSON.stringify(begun));
}

export function recall(id: string): Begun | null {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY + id) ?? "null") as Begun | null;
    return kept && /^https?:/.test(kept.payUrl) ? kept : null;
  } catch {
    return null;
  }
}

export function forgetTopUp(id: string): void {
  localStorage.removeItem(KEY + id);
}

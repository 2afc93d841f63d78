/**
 * What a browser may refuse a page: to keep anything, to speak to its other tabs, to run a worker, to notify. Everything of the kind is asked
 * for here and nowhere else; where it is refused the page goes on without it.
 */

/** What is kept under a name. Where the browser keeps nothing (site data are blocked, its room is full), it lives as long as the page. */
export class Kept {
  private readonly unkept = new Map<string, string>();

  /** `storage` may throw: where site data are blocked the mere mention of it does. */
  constructor(private readonly storage: () => Storage) {}

  get(name: string): string | null {
    const unkept = this.unkept.get(name);
    if (unkept !== undefined) return unkept;
    try {
      return this.storage().getItem(name);
    } catch {
      return null;
    }
  }

  /** Answers whether it will be there after a reload. */
  set(name: string, value: string): boolean {
    try {
      this.storage().setItem(name, value);
      this.unkept.delete(name);
      return true;
    } catch {
      this.unkept.set(name, value);
      return false;
    }
  }

  remove(name: string): void {
    this.unkept.delete(name);
    try {
      this.storage().removeItem(name);
    } catch {
      // Then it was not kept.
    }
  }

  /** What was kept as JSON. Null when there is none, or none that can be read: anybody at this machine can write there. */
  read(name: string): unknown {
    try {
      return JSON.parse(this.get(name) ?? "null");
    } catch {
      return null;
    }
  }

  write(name: string, value: unknown): boolean {
    return this.set(name, JSON.stringify(value));
  }
}

/** For all tabs, until site data are cleared. */
export const device = new Kept(() => localStorage);

/** Kept for the service, too: by `twip_lang` the bare address of a public page leads to the one in a language. */
export function tellServer(name: string, value: string): void {
  // biome-ignore lint/suspicious/noDocumentCookie: not every browser has a better way
  document.cookie = `${name}=${value};path=/;max-age=31536000`;
}
/** For this tab, through reloads. */
export const tab = new Kept(() => sessionStorage);

const PROBE = "twip.probe";

/** Whether anything of this page outlives it: its cookies too, by which one stays signed in. */
export function keepsData(): boolean {
  const keeps = navigator.cookieEnabled !== false && device.set(PROBE, "1");
  device.remove(PROBE);
  return keeps;
}

const QUIET = "twip.quiet";

/** That this browser keeps nothing was read. The window's own name outlives a reload where nothing else does. */
export function quiet(): boolean {
  return window.name === QUIET;
}

export function beQuiet(): void {
  window.name = QUIET;
}

/** The other tabs of this device. */
export interface Channel {
  say(text: string): void;
}

/** Opens a channel to the other tabs, and hears the texts of theirs. Without one, each tab is alone. */
export function channel(name: string, hear: (text: string) => void): Channel {
  try {
    const open = new BroadcastChannel(name);
    open.onmessage = ({ data }) => {
      if (typeof data === "string") hear(data);
    };
    return { say: (text) => open.postMessage(text) };
  } catch {
    return { say: () => {} };
  }
}

/** What may be notified: `none` where the browser knows no notifications. */
export function notifying(): NotificationPermission | "none" {
  try {
    return "serviceWorker" in navigator ? Notification.permission : "none";
  } catch {
    return "none";
  }
}

/** Asks the person. */
export async function askToNotify(): Promise<NotificationPermission | "none"> {
  try {
    return await Notification.requestPermission();
  } catch {
    return notifying();
  }
}

/** The worker that shows notifications; `anew` begins one where there is none. Null where the browser runs none. */
export async function worker(script: string, anew = false): Promise<ServiceWorkerRegistration | null> {
  try {
    if (!anew) return (await navigator.serviceWorker.getRegistration()) ?? null;
    await navigator.serviceWorker.register(script);
    return await navigator.serviceWorker.ready;
  } catch {
    return null;
  }
}

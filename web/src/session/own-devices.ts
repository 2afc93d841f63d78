/** This machine's devices in a call: the ones turned on while it rings stay on when it is answered. */
import { Devices } from "../media/devices.ts";
import { tab } from "../state/browser.ts";

let held: Devices | null = null;

export function ownDevices(): Devices {
  held ??= new Devices();
  return held;
}

const KEY = "twip.gear";

/** What is on in this session, for a page that is loaded anew: what was off stays off. */
export function rememberDevices(sessionId: string, on: { microphone: boolean; camera: boolean }): void {
  tab.write(KEY, { sessionId, ...on });
}

/** What was on in this session before this page; null when it is new to the tab. */
export function rememberedDevices(sessionId: string): { microphone: boolean; camera: boolean } | null {
  const found = tab.read(KEY) as { sessionId: string; microphone: boolean; camera: boolean } | null;
  return found?.sessionId === sessionId ? found : null;
}

/** Lets everything go: lights go out. */
export function releaseDevices(): void {
  held?.close();
  held = null;
}

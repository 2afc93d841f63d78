/** This machine's devices in a call: the ones turned on while it rings stay on when it is answered. */
import { Devices } from "../media/devices.ts";

let held: Devices | null = null;

export function gear(): Devices {
  held ??= new Devices();
  return held;
}

/** Lets everything go: lights go out. */
export function letGo(): void {
  held?.close();
  held = null;
}

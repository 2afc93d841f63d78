/** Sounds: two soft notes of a ring, one of a warning. Without a click on the page the browser lets nothing sound, and then nothing does. */
import { every } from "../socket/timers.ts";

const RING_EVERY_MS = 3_000;
const [LOW_HZ, HIGH_HZ] = [523.25, 659.25] as const;
const NOTE_S = 0.45;
const LOUD = 0.12;

let context: AudioContext | null = null;

function sound(): AudioContext | null {
  if (typeof AudioContext === "undefined") return null;
  context ??= new AudioContext();
  return context;
}

function note(on: AudioContext, hz: number, atS: number): void {
  const oscillator = on.createOscillator();
  const gain = on.createGain();
  oscillator.type = "sine";
  oscillator.frequency.value = hz;
  gain.gain.setValueAtTime(0, atS);
  gain.gain.linearRampToValueAtTime(LOUD, atS + 0.03);
  gain.gain.exponentialRampToValueAtTime(0.001, atS + NOTE_S);
  oscillator.connect(gain).connect(on.destination);
  oscillator.start(atS);
  oscillator.stop(atS + NOTE_S);
}

/** Nobody has clicked on this page yet, and so the browser lets nothing sound. */
export function muted(): boolean {
  return sound()?.state === "suspended" && !navigator.userActivation?.hasBeenActive;
}

async function play(...notes: number[]): Promise<void> {
  const on = sound();
  if (!on || muted()) return;
  await on.resume();
  notes.forEach((hz, n) => {
    note(on, hz, on.currentTime + n * 0.28);
  });
}

/** Rings until it is told to stop. The first click on the page makes it audible, if it is not yet. */
export function startRinging(): () => void {
  const ring = () => void play(LOW_HZ, HIGH_HZ);
  const stop = every(RING_EVERY_MS, ring);
  const unlock = () => void sound()?.resume();
  addEventListener("pointerdown", unlock, { once: true });
  addEventListener("keydown", unlock, { once: true });
  ring();
  return () => {
    stop();
    removeEventListener("pointerdown", unlock);
    removeEventListener("keydown", unlock);
  };
}

/** One note: the paid time is running out and cannot be paid on. */
export function warn(): void {
  void play(LOW_HZ);
}

/** Two notes on the chosen speaker, to hear whether one hears. */
export async function testSound(speaker: string | null): Promise<void> {
  const on = sound() as (AudioContext & { setSinkId?: (id: string) => Promise<void> }) | null;
  await on?.setSinkId?.(speaker ?? "").catch(() => {});
  await play(LOW_HZ, HIGH_HZ);
}

/** Two soft notes every three seconds, made here: no file. A browser lets a page sound only after it was pressed once. */
let context: AudioContext | null = null;
let ringing: ReturnType<typeof setInterval> | undefined;

/** Called on the first press of the page: from then on it may sound. */
export function unlock(): void {
  context ??= new AudioContext();
  if (context.state === "suspended") void context.resume();
}

addEventListener("pointerdown", unlock, { once: true });
addEventListener("keydown", unlock, { once: true });

function note(hertz: number, atS: number, lengthS: number): void {
  if (context?.state !== "running") return;
  const [tone, gain] = [context.createOscillator(), context.createGain()];
  const start = context.currentTime + atS;
  tone.frequency.value = hertz;
  gain.gain.setValueAtTime(0, start);
  gain.gain.linearRampToValueAtTime(0.18, start + 0.04);
  gain.gain.exponentialRampToValueAtTime(0.001, start + lengthS);
  tone.connect(gain).connect(context.destination);
  tone.start(start);
  tone.stop(start + lengthS);
}

function twoNotes(): void {
  note(659, 0, 0.7);
  note(880, 0.35, 0.9);
}

/** Rings until told otherwise. */
export function ring(): void {
  if (ringing !== undefined) return;
  twoNotes();
  ringing = setInterval(twoNotes, 3_000);
}

export function hush(): void {
  clearInterval(ringing);
  ringing = undefined;
}

/** One note: the account does not cover what comes (D17). */
export function warn(): void {
  note(523, 0, 0.8);
}

/** Whether a sound would be heard now. */
export function audible(): boolean {
  return context?.state === "running";
}

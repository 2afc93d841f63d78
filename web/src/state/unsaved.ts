/** What is written and not saved, for this tab and its person. An answered call, a reload or a sign-out elsewhere does not cost it. */
import { useState } from "preact/hooks";
import { tab } from "./browser.ts";
import { me } from "./me.ts";

export interface Unsaved<T> {
  /** What it was begun from, a version or the thing itself: so one sees whether that was changed meanwhile. */
  readonly base: number | string;
  readonly value: T;
}

function keyOf(name: string): string {
  return `twip.unsaved.${me.peek()?.id}.${name}`;
}

export function unsavedOf<T>(name: string): Unsaved<T> | null {
  const kept = tab.read(keyOf(name));
  return typeof kept === "object" && kept !== null && "value" in kept ? (kept as Unsaved<T>) : null;
}

export function keepUnsaved<T>(name: string, unsaved: Unsaved<T> | null): void {
  if (unsaved) tab.write(keyOf(name), unsaved);
  else tab.remove(keyOf(name));
}

/** A text that one writes, kept under a name until it is again what it began with, `initial`, or is forgotten. */
export function useUnsaved(name: string, initial = ""): [string, (text: string) => void, () => void] {
  const [text, setText] = useState(() => unsavedOf<string>(name)?.value ?? initial);
  return [
    text,
    (typed) => {
      setText(typed);
      keepUnsaved(name, typed === initial ? null : { base: initial, value: typed });
    },
    () => keepUnsaved(name, null),
  ];
}

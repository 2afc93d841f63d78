/** What is written and not saved, for this tab and its person: a call that is answered, a reload or a sign-out elsewhere does not cost it. */
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
  return JSON.parse(sessionStorage.getItem(keyOf(name)) ?? "null");
}

export function keepUnsaved<T>(name: string, unsaved: Unsaved<T> | null): void {
  if (unsaved) sessionStorage.setItem(keyOf(name), JSON.stringify(unsaved));
  else sessionStorage.removeItem(keyOf(name));
}

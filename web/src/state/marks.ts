/** Which twips and people one has marked: read once, when the first heart asks, and changed at once by a press (E3). */
import { computed, signal } from "@preact/signals";
import { answered, api, type Schemas } from "../api/client.ts";
import { me } from "./me.ts";

export type Kind = "twips" | "people";
type Marks = Schemas["MarksView"];

const kept = signal<{ of: string; marks: Marks | null } | null>(null);

/** Null until it is known. Another person on this device has other hearts. */
export const marks = computed(() => (kept.value && kept.value.of === me.value?.id ? kept.value.marks : null));

function keep(of: string, found: Marks | null): void {
  if (kept.peek()?.of === of) kept.value = { of, marks: found };
}

/** Reads them, for whoever is here now. What fails is read by the next who asks. */
export async function readMarks(): Promise<void> {
  const of = me.peek()?.id;
  if (!of || kept.peek()?.of === of) return;
  kept.value = { of, marks: null };
  try {
    keep(of, await answered(api.GET("/me/marks")));
  } catch {
    if (kept.peek()?.of === of) kept.value = null;
  }
}

/** Marks it, or takes the mark back. What is shown goes back when that fails. Throws Problem. */
export async function setMark(kind: Kind, id: string, on: boolean): Promise<void> {
  const of = me.peek()?.id ?? "";
  const before = marks.peek();
  if (before) {
    const others = before[kind].filter((it) => it !== id);
    keep(of, { ...before, [kind]: on ? [id, ...others] : others });
  }
  try {
    keep(of, await send(kind, id, on));
  } catch (error) {
    keep(of, before);
    throw error;
  }
}

function send(kind: Kind, id: string, on: boolean): Promise<Marks> {
  if (kind === "twips") {
    const asked = { params: { path: { twip_id: id } } };
    return answered(on ? api.PUT("/me/favourites/{twip_id}", asked) : api.DELETE("/me/favourites/{twip_id}", asked));
  }
  const asked = { params: { path: { user_id: id } } };
  return answered(on ? api.PUT("/me/people/{user_id}", asked) : api.DELETE("/me/people/{user_id}", asked));
}

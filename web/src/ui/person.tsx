import type { Schemas } from "../api/client.ts";
import { t } from "../i18n/index.ts";

type Look = "available" | "away" | "busy" | "none";

/** Two initials; the first two letters of a single word. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  const letters = words.length > 1 ? words.slice(0, 2).map((word) => seen(word)[0]) : seen(words[0] ?? "").slice(0, 2);
  return letters.join("").toUpperCase();
}

/** A text by what is seen as one: a flag is two code points. Firefox before 125 has no segmenter. */
function seen(text: string): string[] {
  if (!Intl.Segmenter) return [...text];
  return Array.from(new Intl.Segmenter().segment(text), (part) => part.segment);
}

/** The same person has the same tint everywhere. */
export function tint(id: string): number {
  let sum = 0;
  for (const letter of id) sum = (sum * 31 + letter.charCodeAt(0)) % 997;
  return (sum % 6) + 1;
}

/** Initials on a tint, with the presence in the corner. */
export function Avatar(props: { id: string; name: string; size?: "s" | "l" | "xl"; dot?: Look }) {
  return (
    <span class={`avatar tint-${tint(props.id)}${props.size ? ` avatar-${props.size}` : ""}`} aria-hidden="true">
      {initials(props.name)}
      {props.dot && <span class={`dot dot-${props.dot}`} />}
    </span>
  );
}

type Presence = Pick<Schemas["PerformerView"], "callable" | "silent" | "uncallable_reason">;

/** How a performer's presence looks. */
export function dotOf(performer: Presence): Look {
  if (performer.callable) return performer.silent ? "away" : "available";
  return performer.uncallable_reason === "busy" ? "busy" : "none";
}

/** Whether a performer can be called now, in words. */
export function PresenceLine({ performer }: { performer: Presence }) {
  const words = t().common.presence;
  if (performer.callable) {
    return (
      <p class={performer.silent ? "presence muted" : "presence on"}>
        {performer.silent ? words.silent : words.callable}
      </p>
    );
  }
  return <p class="presence muted">{words[performer.uncallable_reason ?? "status"]}</p>;
}

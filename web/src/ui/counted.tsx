/** A field of text with a count of what it holds. */
import type { ComponentChildren } from "preact";
import { number, t } from "../i18n/index.ts";
import { length } from "../i18n/seen.ts";
import { LiveText } from "./live-text.tsx";
import { fieldWords } from "./notices.tsx";
import "../styles/counted.css";

export function Counted({ count, most, children }: { count: number; most: number; children: ComponentChildren }) {
  return (
    <div class="counted">
      {children}
      <span class={count > most ? "counter over" : "counter"} aria-hidden="true">
        <LiveText>{t().offer.counted(number(count), number(most))}</LiveText>
      </span>
    </div>
  );
}

/** What is wrong with a text that is longer than it may be. */
export function tooLong(text: string, most: number): string | undefined {
  return length(text) > most ? fieldWords({ field: "", code: "too_long", limit: most }) : undefined;
}

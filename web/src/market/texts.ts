/** Texts that are kept by language. Pure. */
import type { Lang } from "../i18n/index.ts";

export interface Text {
  text: string;
  /** To mark it with, where it is not the reader's. */
  lang: Lang | undefined;
}

/** The text in the reader's language, else in the one there is. */
export function textFor(byLang: Partial<Record<string, string>>, reader: Lang): Text {
  const own = byLang[reader];
  if (own !== undefined) return { text: own, lang: undefined };
  const other: Lang = reader === "ru" ? "en" : "ru";
  return { text: byLang[other] ?? "", lang: other };
}

/** A description's first paragraph, and the others. */
export function paragraphs(text: string): string[] {
  return text
    .split(/\n\s*\n/)
    .map((part) => part.trim())
    .filter(Boolean);
}

import { lang } from "../i18n/index.ts";

/** A twip's title in the reader's language, else in the one that it has. */
export function titleIn(title: Readonly<Record<string, string>>): string {
  return title[lang()] ?? Object.values(title)[0] ?? "";
}

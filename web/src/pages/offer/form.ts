/** A twip as its author writes it, and as the API takes it. Pure. */
import type { Schemas } from "../../api/client.ts";
import type { FieldProblem } from "../../api/problem.ts";
import { type Lang, typedMoney } from "../../i18n/formats.ts";

export type TwipView = Schemas["TwipView"];
type Content = Schemas["ContentView"];
type Mode = Schemas["Mode"];
type Text = Schemas["TextView"];

export const LANGS: readonly Lang[] = ["ru", "en"];
export const MODES: readonly Mode[] = ["video", "text"];
export const TITLE_MOST = 120;
export const DESCRIPTION_MOST = 5000;

export interface Form {
  languages: readonly Lang[];
  /** Also of a language that is not chosen now: nothing written is lost by a press. */
  texts: Record<Lang, Text>;
  /** As typed; empty: not offered (R25). */
  prices: Record<Mode, string>;
}

/** An empty form, in the language that the author reads. */
export function blank(lang: Lang): Form {
  const nothing = { title: "", description: "", bring: "" };
  return { languages: [lang], texts: { ru: nothing, en: nothing }, prices: { video: "", text: "" } };
}

/** What is kept of a twip, to be changed. */
export function formOf(content: Content, lang: Lang): Form {
  const { texts, prices } = blank(lang);
  for (const it of LANGS) texts[it] = { ...texts[it], ...content.texts[it] };
  for (const mode of MODES) prices[mode] = amountText(content.prices[mode]?.amount_minor, lang);
  return { languages: content.languages, texts, prices };
}

function amountText(minor: number | undefined, lang: Lang): string {
  if (minor === undefined) return "";
  const text = minor % 100 ? (minor / 100).toFixed(2) : String(minor / 100);
  return lang === "ru" ? text.replace(".", ",") : text;
}

/** What would be sent, and what is no amount of money and cannot be. What is left empty is sent as such: it replaces what was there. */
export function bodyOf(form: Form, currency: string) {
  const faults: FieldProblem[] = [];
  const texts: Partial<Record<Lang, Text>> = {};
  const prices: Partial<Record<Mode, Schemas["Amount"]>> = {};
  for (const lang of form.languages) texts[lang] = form.texts[lang];
  for (const mode of MODES) {
    const typed = form.prices[mode].trim();
    if (!typed) continue;
    const amount_minor = typedMoney(typed);
    if (amount_minor === null) faults.push({ field: `prices.${mode}`, code: "not_money" });
    else prices[mode] = { amount_minor, currency };
  }
  return { body: { languages: [...form.languages], texts, prices, work: null, files: null }, faults };
}

/** Whether two forms would be sent as the same. */
export function same(one: Form, other: Form): boolean {
  return JSON.stringify(plain(one)) === JSON.stringify(plain(other));
}

function plain(form: Form) {
  const chosen = LANGS.filter((lang) => form.languages.includes(lang));
  return {
    texts: chosen.map((lang) => [lang, form.texts[lang].title.trim(), form.texts[lang].description.trim()]),
    prices: MODES.map((mode) => typedMoney(form.prices[mode]) ?? form.prices[mode].trim()),
  };
}

/** Languages with one more, or one less, in their order. */
export function toggled(languages: readonly Lang[], lang: Lang): Lang[] {
  return LANGS.filter((it) => (it === lang) !== languages.includes(it));
}

/**
 * Faults at the fields that show them. The service names parts (`prices.video.amount_minor`) and also wholes. A text in no language
 * (`texts`) is shown at the first language's fields. No price at all (`prices`) is shown at each.
 */
export function placed(faults: readonly FieldProblem[], languages: readonly Lang[]): Map<string, FieldProblem> {
  const places = new Map<string, FieldProblem>();
  const put = (place: string, fault: FieldProblem) => places.has(place) || places.set(place, fault);
  for (const fault of faults) {
    const [whole = "", part, field] = fault.field.split(".");
    if (whole === "prices" && part) put(`prices.${part}`, fault);
    else if (whole === "texts" && part && field) put(fault.field, fault);
    else if (whole === "texts") {
      const first = LANGS.find((lang) => languages.includes(lang)) ?? "ru";
      put(`texts.${first}.title`, fault);
      put(`texts.${first}.description`, fault);
    } else if (whole === "prices") for (const mode of MODES) put(`prices.${mode}`, fault);
    else put(whole, fault);
  }
  return places;
}

export type StateName =
  | "draft"
  | "pending"
  | "rejected"
  | "on_sale"
  | "withdrawn"
  | "revisionDraft"
  | "revisionPending"
  | "revisionRejected";

/** Where a twip is, in one badge or two: what people see of it, and its new version. */
export function statesOf({ sale, review }: Pick<TwipView, "sale" | "review">): StateName[] {
  if (sale === "unpublished") return [review === "none" ? "draft" : review];
  const revision = {
    none: [],
    draft: ["revisionDraft"],
    pending: ["revisionPending"],
    rejected: ["revisionRejected"],
  } as const;
  return [sale, ...revision[review]];
}

/** What an untouched form lacks: it is not worth a draft. */
export const UNTOUCHED: readonly FieldProblem[] = [
  { field: "texts", code: "required" },
  { field: "prices", code: "required" },
];

/** Whether the author may send it as it is: what was given back has to be changed first (D2). */
export function submittable(twip: TwipView | null, changed: boolean): boolean {
  return changed || twip === null || twip.review === "draft";
}

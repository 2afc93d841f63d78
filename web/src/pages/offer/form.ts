/** A twip as its author writes it, and as the API takes it. Pure. */
import type { Schemas } from "../../api/client.ts";
import type { FieldProblem } from "../../api/problem.ts";
import { completed, type Good, rowOf } from "../../goods/goods-rules.ts";
import { type Lang, typedMoney } from "../../i18n/formats.ts";

export type TwipView = Schemas["TwipView"];
type Content = Schemas["ContentView"];
type Mode = Schemas["Mode"];
type Text = Schemas["TextView"];

type Kind = Schemas["TwipKind"];

export const LANGS: readonly Lang[] = ["ru", "en"];
export const MODES: readonly Mode[] = ["video", "text"];
export const TITLE_MOST = 120;
export const DESCRIPTION_MOST = 5000;
export const BRING_MOST = 2000;
export const DAYS_MOST = 90;

export interface Form {
  kind: Kind;
  languages: readonly Lang[];
  /** Also of a language that is not chosen now: nothing written is lost by a press. */
  texts: Record<Lang, Text>;
  /** As typed; empty: not offered (R25). */
  prices: Record<Mode, string>;
  /** As typed (R31, D31). */
  work: { price: string; days: string };
  /** The price as typed; the files that the twip has or that have arrived for it, in order; links as typed, of which some may be empty. */
  files: { price: string; files: readonly Good[]; links: readonly string[] };
}

/** What this form does not show stays as it is. */
const UNTOUCHED = { category: null, tags: null };

/** What a part of the form's page is given. */
export interface Part {
  form: Form;
  /** The words of what is wrong with a field. */
  fault: (field: string) => string | undefined;
  /** A field was changed. */
  put: (field: string, part: Partial<Form>) => void;
}

/** An empty form, in the language that the author reads. */
export function blank(lang: Lang, kind: Kind = "consultation"): Form {
  const nothing = { title: "", description: "", bring: "" };
  return {
    kind,
    languages: [lang],
    texts: { ru: nothing, en: nothing },
    prices: { video: "", text: "" },
    work: { price: "", days: "" },
    files: { price: "", files: [], links: [] },
  };
}

/** What is kept of a twip, to be changed. */
export function formOf(content: Content, lang: Lang, kind: Kind): Form {
  const { texts, prices } = blank(lang);
  for (const it of LANGS) texts[it] = { ...texts[it], ...content.texts[it] };
  for (const mode of MODES) prices[mode] = amountText(content.prices[mode]?.amount_minor, lang);
  const work = {
    price: amountText(content.work?.price?.amount_minor, lang),
    days: String(content.work?.days ?? ""),
  };
  const files = {
    price: amountText(content.files?.price?.amount_minor, lang),
    files: content.files?.files ?? [],
    links: content.files?.links ?? [],
  };
  return { kind, languages: content.languages, texts, prices, work, files };
}

function amountText(minor: number | undefined, lang: Lang): string {
  if (minor === undefined) return "";
  const text = minor % 100 ? (minor / 100).toFixed(2) : String(minor / 100);
  return lang === "ru" ? text.replace(".", ",") : text;
}

/** What was written before, perhaps with an earlier build of this page, over what an untouched form has. */
export function revived(written: Partial<Form>, untouched: Form): Form {
  const texts = { ...untouched.texts };
  for (const it of LANGS) texts[it] = { ...texts[it], ...written.texts?.[it] };
  return { ...untouched, ...written, texts };
}

/**
 * What would be sent of a form of its kind, and what is no amount of money, or no number of days, and cannot be. What is left empty is sent
 * as such: it replaces what was there.
 */
export function bodyOf(form: Form, currency: string) {
  const faults: FieldProblem[] = [];
  const amount = (field: string, typed: string): Schemas["Amount"] | null => {
    if (!typed.trim()) return null;
    const amount_minor = typedMoney(typed);
    if (amount_minor === null) faults.push({ field, code: "not_money" });
    return amount_minor === null ? null : { amount_minor, currency };
  };
  const texts: Partial<Record<Lang, Text>> = {};
  for (const lang of form.languages) {
    texts[lang] = form.kind === "work" ? form.texts[lang] : { ...form.texts[lang], bring: "" };
  }
  const said = { languages: [...form.languages], texts, prices: null, work: null, files: null, ...UNTOUCHED };
  switch (form.kind) {
    case "consultation": {
      const prices: Partial<Record<Mode, Schemas["Amount"]>> = {};
      for (const mode of MODES) {
        const price = amount(`prices.${mode}`, form.prices[mode]);
        if (price) prices[mode] = price;
      }
      return { body: { ...said, prices }, faults };
    }
    case "work": {
      const price = amount("work.price", form.work.price);
      const days = typedDays(form.work.days);
      if (days === undefined) faults.push({ field: "work.days", code: "not_days" });
      return { body: { ...said, work: { price, days: days ?? null } }, faults };
    }
    case "files": {
      const { price, files, links } = form.files;
      const sold = { files: files.map(({ id }) => id), links: links.map(completed).filter(Boolean) };
      return { body: { ...said, files: { price: amount("files.price", price), ...sold } }, faults };
    }
  }
}

/** Null: nothing is typed. Undefined: it is no number of days. */
function typedDays(typed: string): number | null | undefined {
  const text = typed.trim();
  if (!text) return null;
  return /^\d{1,4}$/.test(text) ? Number(text) : undefined;
}

/** Whether two forms would be sent as the same. */
export function same(one: Form, other: Form): boolean {
  return JSON.stringify(plain(one)) === JSON.stringify(plain(other));
}

function plain(form: Form) {
  const chosen = LANGS.filter((lang) => form.languages.includes(lang));
  const typed = (text: string) => typedMoney(text) ?? text.trim();
  const work = form.kind === "work";
  const { price, files, links } = form.files;
  return {
    kind: form.kind,
    texts: chosen.map((lang) => {
      const { title, description, bring } = form.texts[lang];
      return [lang, title.trim(), description.trim(), work && bring.trim()];
    }),
    prices: form.kind === "consultation" && MODES.map((mode) => typed(form.prices[mode])),
    work: work && [typed(form.work.price), typedDays(form.work.days) ?? form.work.days.trim()],
    files: form.kind === "files" && [typed(price), files.map(({ id }) => id), links.map(completed).filter(Boolean)],
  };
}

/** Languages with one more, or one less, in their order. */
export function toggled(languages: readonly Lang[], lang: Lang): Lang[] {
  return LANGS.filter((it) => (it === lang) !== languages.includes(it));
}

/**
 * Faults at the fields that show them. The service names parts (`prices.video.amount_minor`) and also wholes. A text in no language
 * (`texts`) is shown at the first language's fields. No price at all (`prices`) is shown at each. Links are numbered as they are sent.
 */
export function placed(
  faults: readonly FieldProblem[],
  { languages, files }: Pick<Form, "languages" | "files">,
): Map<string, FieldProblem> {
  const places = new Map<string, FieldProblem>();
  const put = (place: string, fault: FieldProblem) => places.has(place) || places.set(place, fault);
  for (const fault of faults) {
    const [whole = "", part, field] = fault.field.split(".");
    if (whole === "files" && part === "links" && field) put(`files.links.${rowOf(files.links, Number(field))}`, fault);
    else if (whole === "files" && part === "files" && field) put(fault.field, fault);
    else if ((whole === "prices" || whole === "work" || whole === "files") && part) put(`${whole}.${part}`, fault);
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
export function untouched(kind: Kind): readonly FieldProblem[] {
  const fields = {
    consultation: ["prices"],
    work: ["work.price", "work.days"],
    files: ["files.price", "files.files"],
  };
  return ["texts", ...fields[kind]].map((field) => ({ field, code: "required" }));
}

/** Whether the author may send it as it is: what was given back has to be changed first (D2). */
export function submittable(twip: TwipView | null, changed: boolean): boolean {
  return twip === null || changed || twip.review === "draft";
}

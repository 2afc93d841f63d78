/**
 * The words of the interface. A language is one object of the English one's shape, so that a missing key does not compile. A text with
 * parameters is a function. Only the language in use is loaded: first what the first page says, the rest with the first other page.
 */
import { signal } from "@preact/signals";
import { device, tellServer } from "../state/browser.ts";
import type { FirstWords } from "./en/first.ts";
import type { Words } from "./en/index.ts";
import type { Forms, Lang, Money } from "./formats.ts";
import * as formats from "./formats.ts";

export type { Lang, Money, Words };

const KEY = "twip.lang";
const LANGS: readonly Lang[] = ["ru", "en"];
const first: Record<Lang, () => Promise<FirstWords>> = {
  ru: () => import("./ru/first.ts").then((found) => found.first),
  en: () => import("./en/first.ts").then((found) => found.first),
};
const whole: Record<Lang, () => Promise<Words>> = {
  ru: () => import("./ru/index.ts").then((found) => found.ru),
  en: () => import("./en/index.ts").then((found) => found.en),
};

interface Spoken {
  lang: Lang;
  words: Words;
}

const spoken = signal<Spoken | null>(null);

/** The language that an address names, as public pages' do. */
export const named = (path: string) => /^\/(ru|en)\b/.exec(path)?.[1] as Lang | undefined;

/** The language of the address, else as chosen before, else as the browser asks. */
export function preferred(): Lang {
  const chosen = named(location.pathname) ?? device.get(KEY);
  if (chosen === "ru" || chosen === "en") return chosen;
  return (
    navigator.languages.map((tag) => tag.slice(0, 2)).find((tag): tag is Lang => LANGS.includes(tag as Lang)) ?? "en"
  );
}

/** Loads a language and speaks it from then on. */
export async function speak(lang: Lang): Promise<void> {
  take(lang, await whole[lang]());
}

/** The same with the words of the first page alone: whoever shows another one waits for `allWords`. */
export async function speakFirst(lang: Lang): Promise<void> {
  // The shape of all: a test holds that the first page says nothing else.
  take(lang, (await first[lang]()) as Words);
}

/** That the words of every page are there. */
export async function allWords(): Promise<void> {
  const { lang, words } = current();
  if ("market" in words) return;
  const found = await whole[lang]();
  // Another language that was chosen meanwhile has all of its words.
  if (current().words === words) take(lang, found);
}

function take(lang: Lang, words: Words): void {
  spoken.value = { lang, words };
  device.set(KEY, lang);
  tellServer("twip_lang", lang);
  document.documentElement.lang = lang;
}

/** The language in use. */
export function lang(): Lang {
  return current().lang;
}

/** The words in use: `t().find.title`. */
export function t(): Words {
  return current().words;
}

function current(): Spoken {
  if (!spoken.value) throw new Error("no language is loaded yet");
  return spoken.value;
}

export const money = (value: Money, style?: "exact" | "round") => formats.money(value, lang(), style);
export const change = (value: Money) => formats.change(value, lang());
export const percent = (bps: number) => formats.percent(bps, lang());
/** Names of languages in one text. In Russian they have a capital only where it begins. */
export function languages(langs: readonly Lang[]): string {
  const names = langs.map((it) => t().common.languages[it]).join(", ");
  return lang() === "ru" ? names.charAt(0) + names.slice(1).toLowerCase() : names;
}

export const number = (value: number) => formats.number(value, lang());
export const stars = (value: number) => formats.stars(value, lang());
export const sign = (currency: string) => formats.sign(currency, lang());
export const clock = (at: number | string | Date, zone?: "UTC") => formats.clock(at, lang(), zone);
export const day = (at: number | string | Date, zone?: "UTC") => formats.day(at, lang(), Date.now(), zone);
export const moment = (at: number | string | Date) => formats.moment(at, lang());
export const span = (ms: number) => formats.span(ms, lang());
export const weekdays = (width?: "short" | "long") => formats.weekdays(lang(), width);
export const placeName = (zone: string, whole = false) => formats.placeName(zone, lang(), whole);
export const plural = (value: number, forms: Forms) => formats.plural(value, forms, lang());
export { duration, offsetName, typedMoney } from "./formats.ts";

/** Money, time and plural forms in words of a language. Pure: the language, the zone and the instant are arguments. */

export type Lang = "ru" | "en";
export interface Money {
  amount_minor: number;
  currency: string;
}

const LOCALE = { ru: "ru-RU", en: "en-GB" } as const;
const MINUS = "−";

const kept = new Map<string, unknown>();

/** Intl objects are dear to make and free to use. */
function once<T>(key: string, make: () => T): T {
  if (!kept.has(key)) kept.set(key, make());
  return kept.get(key) as T;
}

/** `1 200,00 ₽`, `₽1,200.00`. `round` drops zero kopecks: for lists and filters, never for statements and confirmations. */
export function money(value: Money, lang: Lang, style: "exact" | "round" = "exact"): string {
  const whole = style === "round" && value.amount_minor % 100 === 0;
  const format = once(
    `money ${lang} ${value.currency} ${whole}`,
    () =>
      new Intl.NumberFormat(LOCALE[lang], {
        style: "currency",
        currency: value.currency,
        currencyDisplay: "narrowSymbol",
        minimumFractionDigits: whole ? 0 : 2,
        maximumFractionDigits: whole ? 0 : 2,
      }),
  );
  return format.format(value.amount_minor / 100).replace("-", MINUS);
}

/** A change of an account: income has a plus, an expense the real minus. */
export function change(value: Money, lang: Lang): string {
  return value.amount_minor > 0 ? `+${money(value, lang)}` : money(value, lang);
}

/** The currency's own sign, `₽`, to stand beside a field. */
export function sign(currency: string, lang: Lang): string {
  const format = once(
    `sign ${lang} ${currency}`,
    () => new Intl.NumberFormat(LOCALE[lang], { style: "currency", currency, currencyDisplay: "narrowSymbol" }),
  );
  return format.formatToParts(0).find((part) => part.type === "currency")?.value ?? currency;
}

/** Whole units as typed into a field, `1500,50`: minor units, or null when it is no such amount. */
export function typedMoney(text: string): number | null {
  const plain = text.replace(/\s/g, "").replace(",", ".");
  if (!/^\d{1,9}(\.\d{1,2})?$/.test(plain)) return null;
  const [units = "0", part = ""] = plain.split(".");
  return Number(units) * 100 + Number(part.padEnd(2, "0"));
}

/** `12:48`, from an hour on `1:02:10`. */
export function duration(ms: number): string {
  const s = Math.max(0, Math.floor(ms / 1000));
  const two = (n: number) => String(n).padStart(2, "0");
  const [h, m] = [Math.floor(s / 3600), Math.floor((s % 3600) / 60)];
  return h ? `${h}:${two(m)}:${two(s % 60)}` : `${m}:${two(s % 60)}`;
}

/** «3 дня 4 часа», "4 hours 12 minutes", "50 seconds": what is left of a term, by its two largest units. */
export function span(ms: number, lang: Lang): string {
  const s = Math.max(0, Math.floor(ms / 1000));
  const [d, h, m] = [Math.floor(s / 86_400), Math.floor((s % 86_400) / 3600), Math.floor((s % 3600) / 60)];
  const parts: Array<[number, "day" | "hour" | "minute" | "second"]> =
    d > 0
      ? [
          [d, "day"],
          [h, "hour"],
        ]
      : h > 0
        ? [
            [h, "hour"],
            [m, "minute"],
          ]
        : [m > 0 ? [m, "minute"] : [s, "second"]];
  return parts
    .filter(([count], n) => n === 0 || count > 0)
    .map(([count, unit]) => unitFormat(unit, lang).format(count).replace(" ", "\u00a0"))
    .join(" ");
}

function unitFormat(unit: "day" | "hour" | "minute" | "second", lang: Lang): Intl.NumberFormat {
  const make = () => new Intl.NumberFormat(LOCALE[lang], { style: "unit", unit, unitDisplay: "long" });
  return once(`unit ${lang} ${unit}`, make);
}

/** `14:47`, in both languages, in the reader's zone unless another is named. */
export function clock(at: number | string | Date, lang: Lang, zone?: string): string {
  return dateFormat(lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }, zone).format(new Date(at));
}

/** «23 ноября», "23 November"; the year when it is not this one. No line breaks between a day and its month. */
export function day(at: number | string | Date, lang: Lang, now: number = Date.now(), zone?: string): string {
  const yearOf = (date: Date) => dateFormat(lang, { year: "numeric" }, zone).format(date);
  const date = new Date(at);
  const year = yearOf(date) === yearOf(new Date(now)) ? {} : { year: "numeric" as const };
  const said = dateFormat(lang, { day: "numeric", month: "long", ...year }, zone).format(date);
  return said.replace(/^(\d+) /, "$1\u00a0").replace(" г.", "\u00a0г.");
}

/** «23 ноября, 14:47». */
export function moment(at: number | string | Date, lang: Lang, now: number = Date.now()): string {
  return `${day(at, lang, now)}, ${clock(at, lang)}`;
}

/** Names of weekdays, Monday first. */
export function weekdays(lang: Lang, width: "short" | "long" = "short"): string[] {
  const format = dateFormat(lang, { weekday: width }, "UTC");
  return Array.from({ length: 7 }, (_, n) => format.format(new Date(Date.UTC(2024, 0, 1 + n))));
}

/** `GMT+3`, `GMT−3:30`; `GMT+1/+2` for clocks that are changed. Minutes east of UTC. */
export function offsetName(...minutes: number[]): string {
  const one = (offset: number) => {
    const [h, m] = [Math.floor(Math.abs(offset) / 60), Math.abs(offset) % 60];
    return `${offset < 0 ? MINUS : "+"}${h}${m ? `:${String(m).padStart(2, "0")}` : ""}`;
  };
  return `GMT${minutes.map(one).join("/")}`;
}

/**
 * The place of a zone as people know it: "London", «Москва». In Russian Intl knows names of zones, not of their cities: `whole` adds that.
 * A browser that does not know the zone has no name for it either.
 */
export function placeName(zone: string, lang: Lang, whole = false, at: number = Date.now()): string {
  const city = zone.split("/").pop()?.replaceAll("_", " ") ?? zone;
  const place = lang === "ru" ? (longName(zone, at)?.split(",")[0] ?? "") : "";
  const known = /^[А-ЯЁ][а-яё]/.test(place) && !place.includes("время");
  return !known ? city : whole ? `${place} (${city})` : place;
}

function longName(zone: string, at: number): string | undefined {
  try {
    const format = new Intl.DateTimeFormat(LOCALE.ru, { timeZone: zone, timeZoneName: "long" });
    return format.formatToParts(at).find((part) => part.type === "timeZoneName")?.value;
  } catch {
    return undefined;
  }
}

function dateFormat(lang: Lang, options: Intl.DateTimeFormatOptions, zone?: string): Intl.DateTimeFormat {
  const whole = zone ? { ...options, timeZone: zone } : options;
  return once(`date ${lang} ${JSON.stringify(whole)}`, () => new Intl.DateTimeFormat(LOCALE[lang], whole));
}

/** 1500 as «1 500», "1,500". */
export function number(value: number, lang: Lang): string {
  return once(`number ${lang}`, () => new Intl.NumberFormat(LOCALE[lang])).format(value);
}

/** A rating to a tenth of a star: «4,7», "4.7". */
export function stars(value: number, lang: Lang): string {
  const make = () => new Intl.NumberFormat(LOCALE[lang], { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  return once(`stars ${lang}`, make).format(value);
}

/** 1500 basis points as «15 %», "15%". */
export function percent(bps: number, lang: Lang): string {
  const make = () => new Intl.NumberFormat(LOCALE[lang], { style: "percent", maximumFractionDigits: 2 });
  return once(`percent ${lang}`, make).format(bps / 10_000);
}

export type Forms = { one: string; few?: string; many?: string; other: string };

/** «24 твипа», "24 twips": the form that the number asks for, after the number itself, on the line of the number. */
export function plural(value: number, forms: Forms, lang: Lang): string {
  const rules = once(`plural ${lang}`, () => new Intl.PluralRules(LOCALE[lang]));
  const form = forms[rules.select(value) as keyof Forms] ?? forms.other;
  return `${number(value, lang)}\u00a0${form}`;
}

/** What a moderator compares: a twip's fields, before and after. Pure. */
import type { Schemas } from "../../api/client.ts";
import type { Lang } from "../../i18n/formats.ts";

type Content = Schemas["ContentView"];
type Mode = Schemas["Mode"];

export type FieldName =
  | "languages"
  | "category"
  | "tags"
  | `${"title" | "description" | "bring"}.${Lang}`
  | `prices.${Mode}`
  | `work.${"price" | "days"}`
  | "files.price";

export interface Row {
  field: FieldName;
  lang?: Lang;
  /** Null: there is none. */
  before: string | null;
  after: string | null;
  same: boolean;
}

const LANGS: readonly Lang[] = ["ru", "en"];
const MODES: readonly Mode[] = ["video", "text"];

export interface Names {
  languages: (langs: readonly Lang[]) => string;
  category: (names: Content["category"]["names"]) => string | undefined;
  money: (value: Schemas["Money"]) => string;
  days: (days: number) => string;
}

/** `names`: languages, the category, amounts and days in words. A field that neither version has is left out. */
export function rows(before: Content | null, after: Content, names: Names): Row[] {
  const found: Row[] = [];
  const put = (field: FieldName, read: (content: Content) => string | undefined, lang?: Lang) => {
    const [old, fresh] = [(before && read(before)) || null, read(after) || null];
    if (old ?? fresh) found.push({ field, ...(lang && { lang }), before: old, after: fresh, same: old === fresh });
  };
  put("languages", (content) => names.languages(content.languages));
  put("category", ({ category }) => names.category(category.names));
  put("tags", ({ tags }) => tags.join(", "));
  for (const lang of LANGS) {
    put(`title.${lang}`, (content) => content.texts[lang]?.title, lang);
    put(`description.${lang}`, (content) => content.texts[lang]?.description, lang);
    put(`bring.${lang}`, (content) => content.texts[lang]?.bring, lang);
  }
  for (const mode of MODES) {
    put(`prices.${mode}`, (content) => {
      const price = content.prices[mode];
      return price && names.money(price);
    });
  }
  put("work.price", ({ work }) => (work?.price ? names.money(work.price) : undefined));
  put("files.price", ({ files }) => (files?.price ? names.money(files.price) : undefined));
  put("work.days", ({ work }) => (work?.days ? names.days(work.days) : undefined));
  return found;
}

/** One that both versions have, or one that came or went with the later one. */
export interface Kept<T> {
  readonly it: T;
  readonly kind: "same" | "del" | "ins";
}

/** Two lists as one: what the later one has, in its order, then what is gone. `name` tells which are the same. */
export function compared<T>(before: readonly T[], after: readonly T[], name: (it: T) => string): Kept<T>[] {
  const had = new Set(before.map(name));
  const has = new Set(after.map(name));
  return [
    ...after.map((it): Kept<T> => ({ it, kind: had.has(name(it)) ? "same" : "ins" })),
    ...before.filter((it) => !has.has(name(it))).map((it): Kept<T> => ({ it, kind: "del" })),
  ];
}

/** The title by which a twip is spoken of, in the reader's language if it has one. */
export function titleOf(twip: Schemas["TwipView"], lang: Lang): string {
  const content = twip.draft ?? twip.published;
  const texts = content?.texts ?? {};
  return [lang, ...LANGS].map((it) => texts[it]?.title).find(Boolean) ?? twip.id;
}

/** How long something waits, in the largest unit that it fills; null when it has only come. */
export function waited(since: string, now: number): { unit: "minute" | "hour" | "day"; count: number } | null {
  const minutes = Math.floor((now - Date.parse(since)) / 60_000);
  if (minutes < 1) return null;
  if (minutes < 60) return { unit: "minute", count: minutes };
  const hours = Math.floor(minutes / 60);
  return hours < 24 ? { unit: "hour", count: hours } : { unit: "day", count: Math.floor(hours / 24) };
}

export type Section = "moderation" | "disputes" | "users" | "audit" | "ledger";

/** What one's roles open. A role includes no other. */
export function sectionsOf(roles: readonly Schemas["Role"][]): Section[] {
  const judges = roles.includes("arbiter") || roles.includes("admin");
  return [
    ...(roles.includes("moderator") ? (["moderation"] as const) : []),
    ...(judges ? (["disputes"] as const) : []),
    ...(roles.includes("admin") ? (["users", "audit", "ledger"] as const) : []),
  ];
}

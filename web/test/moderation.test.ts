import { expect, test } from "vitest";
import { diff, type Part, side } from "../src/pages/admin/diff.ts";
import { rows, sectionsOf, titleOf, waited } from "../src/pages/admin/reading.ts";

const text = (parts: Part[]) => parts.map((part) => part.text).join("");
const marked = (parts: Part[]) =>
  parts.map(({ kind, text }) => (kind === "same" ? text : kind === "ins" ? `[+${text}]` : `[-${text}]`)).join("");

test("only the words that differ are marked", () => {
  expect(marked(diff("Проверю договор аренды", "Проверю договор аренды до подписания"))).toBe(
    "Проверю договор аренды[+ до подписания]",
  );
  expect(marked(diff("Review of your lease.", "Review of any lease."))).toBe("Review of [-your][+any] lease.");
});

test("words that were replaced in a row are marked together", () => {
  expect(marked(diff("We promise a low rent now.", "We check your whole lease now."))).toBe(
    "We [-promise a low rent][+check your whole lease] now.",
  );
});

test("each side is whole again without the other's words", () => {
  const before = "Пришлите договор. Гарантирую, что аренда станет дешевле. За 15 минут назову пункты.";
  const after = "Пришлите договор перед звонком.\nЗа 15 минут назову пункты: залог, ремонт.";
  const parts = diff(before, after);
  expect(text(side(parts, "ins"))).toBe(before);
  expect(text(side(parts, "del"))).toBe(after);
});

test("a text that came or went is marked whole, an equal one not at all", () => {
  expect(diff("", "New words")).toEqual([{ kind: "ins", text: "New words" }]);
  expect(diff("Old words", "")).toEqual([{ kind: "del", text: "Old words" }]);
  expect(diff("Same words", "Same words")).toEqual([{ kind: "same", text: "Same words" }]);
  expect(diff("", "")).toEqual([]);
});

test("the longest description is compared in a moment", () => {
  const long = (seed: number) => Array.from({ length: 900 }, (_, n) => `w${(n * seed) % 97}`).join(" ");
  const parts = diff(long(3), long(5));
  expect(text(side(parts, "ins"))).toBe(long(3));
});

const names = {
  languages: (langs: readonly string[]) => langs.join(", "),
  money: (value: { amount_minor: number }) => String(value.amount_minor),
  days: (days: number) => `${days} d`,
  category: (it: Partial<Record<string, string>>) => it.en,
};
const content = (more: object = {}) => ({
  languages: ["ru" as const],
  texts: { ru: { title: "Т", description: "О", bring: "" } },
  prices: { video: { amount_minor: 100, currency: "RUB" } },
  work: null,
  files: null,
  category: { id: "other", names: { ru: "Другое", en: "Other" } },
  tags: [] as string[],
  ...more,
});

test("fields that stayed are told from fields that changed, came and went", () => {
  const after = content({ prices: { text: { amount_minor: 50, currency: "RUB" } } });
  expect(rows(content(), after, names)).toEqual([
    { field: "languages", before: "ru", after: "ru", same: true },
    { field: "category", before: "Other", after: "Other", same: true },
    { field: "title.ru", lang: "ru", before: "Т", after: "Т", same: true },
    { field: "description.ru", lang: "ru", before: "О", after: "О", same: true },
    { field: "prices.video", before: "100", after: null, same: false },
    { field: "prices.text", before: null, after: "50", same: false },
  ]);
});

test("of a work one sees what else is paid, in how many days, and what is to be brought", () => {
  const bring = (text: string) => ({ texts: { ru: { title: "Т", description: "О", bring: text } }, prices: {} });
  const before = content({ ...bring("Скан"), work: { price: { amount_minor: 100, currency: "RUB" }, days: 7 } });
  const after = content({ ...bring(""), work: { price: { amount_minor: 100, currency: "RUB" }, days: 3 } });
  expect(rows(before, after, names).slice(4)).toEqual([
    { field: "bring.ru", lang: "ru", before: "Скан", after: null, same: false },
    { field: "work.price", before: "100", after: "100", same: true },
    { field: "work.days", before: "7 d", after: "3 d", same: false },
  ]);
  expect(rows(null, content({ work: { price: null, days: null } }), names).map((row) => row.field)).not.toContain(
    "work.price",
  );
});

test("a moderator sees the category and the tags as they were and as they would be", () => {
  const law = { id: "law", names: { ru: "Право", en: "Law" } };
  expect(rows(content(), content({ category: law, tags: ["Аренда", "lease"] }), names).slice(1, 3)).toEqual([
    { field: "category", before: "Other", after: "Law", same: false },
    { field: "tags", before: null, after: "Аренда, lease", same: false },
  ]);
});

test("of a new twip there is nothing before", () => {
  expect(rows(null, content(), names).every((row) => row.before === null && row.after)).toBe(true);
});

test("a twip is named in the reader's language, else in its own", () => {
  const twip = { id: "1", draft: content(), published: null } as unknown as Parameters<typeof titleOf>[0];
  expect(titleOf(twip, "en")).toBe("Т");
  expect(titleOf({ ...twip, draft: null }, "en")).toBe("1");
});

test("a wait is told in the largest unit that it fills", () => {
  const since = "2026-01-31T09:30:00.000Z";
  const after = (minutes: number) => waited(since, Date.parse(since) + minutes * 60_000);
  expect(after(0.9)).toBeNull();
  expect(after(59)).toEqual({ unit: "minute", count: 59 });
  expect(after(119)).toEqual({ unit: "hour", count: 1 });
  expect(after(24 * 60)).toEqual({ unit: "day", count: 1 });
});

test("a role opens its own sections and no other's", () => {
  expect(sectionsOf(["user", "moderator"])).toEqual(["moderation"]);
  expect(sectionsOf(["user", "admin"])).toEqual(["disputes", "users", "audit", "ledger"]);
  expect(sectionsOf(["user", "arbiter"])).toEqual(["disputes"]);
});

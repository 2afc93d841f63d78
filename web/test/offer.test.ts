import { expect, test } from "vitest";
import {
  blank,
  bodyOf,
  formOf,
  placed,
  revived,
  same,
  statesOf,
  submittable,
  type TwipView,
  toggled,
  untouched,
} from "../src/pages/offer/form.ts";

const written = { title: "Проверю договор", description: "Пришлите договор перед звонком.", bring: "" };
const labels = { category: { id: "other", names: { ru: "Другое", en: "Other" } }, tags: ["Аренда"] };
const content: NonNullable<TwipView["published"]> = {
  ...labels,
  languages: ["ru", "en"],
  texts: { ru: written },
  prices: { video: { amount_minor: 150_050, currency: "RUB" }, text: { amount_minor: 90_000, currency: "RUB" } },
  work: null,
  files: null,
};

test("a twip comes back from its form as it was", () => {
  const { body, faults } = bodyOf(formOf(content, "ru", "consultation"), "RUB");
  expect(faults).toEqual([]);
  expect(body.languages).toEqual(["ru", "en"]);
  expect(body.texts).toEqual({ ru: written, en: { title: "", description: "", bring: "" } });
  expect(body.prices).toEqual(content.prices);
  // The form does not show them: they stay.
  expect(body).toMatchObject({ category: null, tags: null });
});

test("prices are written as the reader's language writes them", () => {
  expect(formOf(content, "ru", "consultation").prices).toEqual({ video: "1500,50", text: "900" });
  expect(formOf(content, "en", "consultation").prices).toEqual({ video: "1500.50", text: "900" });
});

test("a price left empty is not offered, one that is no amount is not sent", () => {
  const form = { ...blank("ru"), prices: { video: " ", text: "дорого" } };
  expect(bodyOf(form, "RUB")).toMatchObject({
    body: { prices: {} },
    faults: [{ field: "prices.text", code: "not_money" }],
  });
});

test("a text in a language that is not chosen is kept, and not sent", () => {
  const form = { ...formOf(content, "ru", "consultation"), languages: ["en"] as const };
  expect(bodyOf(form, "RUB").body.texts).toEqual({ en: { title: "", description: "", bring: "" } });
  expect(form.texts.ru).toEqual(written);
});

test("what would be sent as the same is no change", () => {
  const kept = formOf(content, "ru", "consultation");
  const spaced = { ...kept, texts: { ...kept.texts, ru: { ...written, title: ` ${written.title} ` } } };
  expect(same(kept, { ...spaced, prices: { ...kept.prices, video: "1 500.50" } })).toBe(true);
  expect(same(kept, { ...kept, prices: { ...kept.prices, video: "" } })).toBe(false);
  expect(same(kept, { ...kept, languages: ["ru"] })).toBe(false);
});

test("languages keep their order however they are chosen", () => {
  expect(toggled(["en"], "ru")).toEqual(["ru", "en"]);
  expect(toggled(["ru", "en"], "ru")).toEqual(["en"]);
  expect(toggled(["en"], "en")).toEqual([]);
});

test("each fault stands at a field that shows it", () => {
  const faults = placed(
    [
      { field: "prices.video.amount_minor", code: "too_small", limit: 1 },
      { field: "texts.ru.title", code: "too_short", limit: 3 },
      { field: "languages", code: "required" },
    ],
    blank("ru"),
  );
  expect([...faults.keys()]).toEqual(["prices.video", "texts.ru.title", "languages"]);
});

test("a text that is missing in every language is asked for at the first, a price at each", () => {
  const faults = placed(untouched("consultation"), blank("en"));
  expect([...faults.keys()]).toEqual(["texts.en.title", "texts.en.description", "prices.video", "prices.text"]);
});

const told = { title: "Логотип", description: "Три эскиза и исходники.", bring: "Название и два цвета." };
const job: NonNullable<TwipView["published"]> = {
  ...labels,
  languages: ["ru"],
  texts: { ru: told },
  prices: {},
  work: { price: { amount_minor: 500_050, currency: "RUB" }, days: 7 },
  files: null,
};

test("a work comes back from its form as it was", () => {
  const form = formOf(job, "ru", "work");
  expect(form.work).toEqual({ price: "5000,50", days: "7" });
  const { body, faults } = bodyOf(form, "RUB");
  expect(faults).toEqual([]);
  const said = { languages: ["ru"], texts: { ru: told }, prices: null, work: job.work, files: null };
  expect(body).toEqual({ ...said, category: null, tags: null });
});

test("of a work what is left empty is taken back, and what is no number is not sent", () => {
  const form = (price: string, days: string) => bodyOf({ ...formOf(job, "ru", "work"), work: { price, days } }, "RUB");
  expect(form(" ", "").body.work).toEqual({ price: null, days: null });
  expect(form("", "").faults).toEqual([]);
  const codes = (days: string) => form("дорого", days).faults.map(({ field, code }) => `${field} ${code}`);
  for (const days of ["неделя", "1.5", "-1", "5 дней", "99999"]) {
    expect(codes(days)).toEqual(["work.price not_money", "work.days not_days"]);
  }
});

test("another kind is another twip: what was written for both stays, what is not of it is not sent", () => {
  const form = { ...formOf(job, "ru", "work"), kind: "consultation" as const };
  expect(bodyOf(form, "RUB").body).toMatchObject({ texts: { ru: { ...told, bring: "" } }, prices: {}, work: null });
  expect(bodyOf({ ...form, kind: "work" }, "RUB").body.work).toEqual(job.work);
  expect(same(form, { ...form, kind: "work" })).toBe(false);
  expect(same(form, { ...form, work: { price: "1", days: "1" } })).toBe(true);
});

test("what would change of a work is a change", () => {
  const kept = formOf(job, "ru", "work");
  expect(same(kept, { ...kept, work: { price: "5 000,50", days: " 07 " } })).toBe(true);
  expect(same(kept, { ...kept, work: { ...kept.work, days: "8" } })).toBe(false);
  expect(same(kept, { ...kept, texts: { ...kept.texts, ru: { ...told, bring: "" } } })).toBe(false);
});

test("a work's faults stand at its own fields", () => {
  expect([...placed(untouched("work"), blank("en")).keys()]).toEqual([
    "texts.en.title",
    "texts.en.description",
    "work.price",
    "work.days",
  ]);
  const [fault] = placed([{ field: "work.price.amount_minor", code: "too_small", limit: 1 }], blank("en")).keys();
  expect(fault).toBe("work.price");
});

test("what was written with an earlier build of the page is still there", () => {
  const { kind, work, ...early } = formOf(content, "ru", "consultation");
  const before = { ...early, texts: { ru: { title: "Т", description: "О" } } } as unknown as Partial<typeof early>;
  const form = revived(before, blank("ru"));
  expect(form).toMatchObject({ kind: "consultation", work: { price: "", days: "" }, prices: early.prices });
  expect(form.texts).toEqual({ ru: { title: "Т", description: "О", bring: "" }, en: blank("ru").texts.en });
});

const pdf = { id: "f1", name: "Шрифты.pdf", type: "application/pdf", size: 7 };
const zip = { id: "f2", name: "Шрифты.zip", type: "application/zip", size: 9 };
const pack: NonNullable<TwipView["published"]> = {
  ...labels,
  languages: ["ru"],
  texts: { ru: { ...told, bring: "" } },
  prices: {},
  work: null,
  files: {
    price: { amount_minor: 49_050, currency: "RUB" },
    files: [pdf, zip],
    link_count: 1,
    links: ["https://example.org/a"],
  },
};

test("files come back from their form as they were, in their order, and links without the rows that are empty", () => {
  const form = formOf(pack, "ru", "files");
  const written = { ...form, files: { ...form.files, links: ["", " example.org/b ", "https://example.org/a"] } };
  expect(bodyOf(written, "RUB")).toMatchObject({
    body: {
      prices: null,
      work: null,
      files: {
        price: { amount_minor: 49_050, currency: "RUB" },
        files: ["f1", "f2"],
        links: ["https://example.org/b", "https://example.org/a"],
      },
    },
    faults: [],
  });
  expect(bodyOf({ ...form, files: { ...form.files, price: "дорого" } }, "RUB").faults).toEqual([
    { field: "files.price", code: "not_money" },
  ]);
});

test("another order of files is a change, an empty row of a link is none", () => {
  const form = formOf(pack, "ru", "files");
  const withFiles = (part: Partial<typeof form.files>) => ({ ...form, files: { ...form.files, ...part } });
  expect(same(form, withFiles({ files: [zip, pdf] }))).toBe(false);
  expect(same(form, withFiles({ links: ["https://example.org/a", ""] }))).toBe(true);
  expect(same(form, withFiles({ price: "490.50" }))).toBe(true);
});

test("the faults of files stand at the price, at the file, and at the link in whose row they are", () => {
  expect([...placed(untouched("files"), blank("en")).keys()]).toEqual([
    "texts.en.title",
    "texts.en.description",
    "files.price",
    "files.files",
  ]);
  const form = { ...blank("ru"), files: { price: "", files: [], links: ["", "https://example.org", "", "ftp://x"] } };
  const faults = [
    { field: "files.links.1", code: "invalid" },
    { field: "files.files.0", code: "unknown_upload" },
    { field: "files.price.amount_minor", code: "too_small", limit: 1 },
    { field: "files.links", code: "too_long", limit: 10 },
  ];
  expect([...placed(faults, form).keys()]).toEqual(["files.links.3", "files.files.0", "files.price", "files.links"]);
});

test("a published twip says where its revision is too", () => {
  expect(statesOf({ sale: "unpublished", review: "rejected" })).toEqual(["rejected"]);
  expect(statesOf({ sale: "on_sale", review: "none" })).toEqual(["on_sale"]);
  expect(statesOf({ sale: "withdrawn", review: "pending" })).toEqual(["withdrawn", "revisionPending"]);
});

test("what a moderator gave back, or is reading, has to be changed before it is submitted", () => {
  const twip = (review: TwipView["review"]) => ({ review }) as TwipView;
  expect(submittable(null, false)).toBe(true);
  expect(submittable(twip("draft"), false)).toBe(true);
  expect(submittable(twip("rejected"), false)).toBe(false);
  expect(submittable(twip("pending"), false)).toBe(false);
  expect(submittable(twip("rejected"), true)).toBe(true);
});

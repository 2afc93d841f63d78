import { expect, test } from "vitest";
import {
  blank,
  bodyOf,
  formOf,
  placed,
  same,
  statesOf,
  submittable,
  type TwipView,
  toggled,
  UNTOUCHED,
} from "../src/pages/offer/form.ts";

const written = { title: "Проверю договор", description: "Пришлите договор перед звонком.", bring: "" };
const content: NonNullable<TwipView["published"]> = {
  languages: ["ru", "en"],
  texts: { ru: written },
  prices: { video: { amount_minor: 150_050, currency: "RUB" }, text: { amount_minor: 90_000, currency: "RUB" } },
  work: null,
  files: null,
};

test("a twip comes back from its form as it was", () => {
  const { body, faults } = bodyOf(formOf(content, "ru"), "RUB");
  expect(faults).toEqual([]);
  expect(body.languages).toEqual(["ru", "en"]);
  expect(body.texts).toEqual({ ru: written, en: { title: "", description: "", bring: "" } });
  expect(body.prices).toEqual(content.prices);
});

test("prices are written as the reader's language writes them", () => {
  expect(formOf(content, "ru").prices).toEqual({ video: "1500,50", text: "900" });
  expect(formOf(content, "en").prices).toEqual({ video: "1500.50", text: "900" });
});

test("a price left empty is not offered, one that is no amount is not sent", () => {
  const form = { ...blank("ru"), prices: { video: " ", text: "дорого" } };
  expect(bodyOf(form, "RUB")).toMatchObject({
    body: { prices: {} },
    faults: [{ field: "prices.text", code: "not_money" }],
  });
});

test("a text in a language that is not chosen is kept, and not sent", () => {
  const form = { ...formOf(content, "ru"), languages: ["en"] as const };
  expect(bodyOf(form, "RUB").body.texts).toEqual({ en: { title: "", description: "", bring: "" } });
  expect(form.texts.ru).toEqual(written);
});

test("what would be sent as the same is no change", () => {
  const kept = formOf(content, "ru");
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
    ["ru"],
  );
  expect([...faults.keys()]).toEqual(["prices.video", "texts.ru.title", "languages"]);
});

test("a text that is missing in every language is asked for at the first, a price at each", () => {
  const faults = placed(UNTOUCHED, ["en"]);
  expect([...faults.keys()]).toEqual(["texts.en.title", "texts.en.description", "prices.video", "prices.text"]);
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

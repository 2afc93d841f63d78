/** Answers to searches, as tests of the market need them. */
import type { Schemas } from "../../src/api/client.ts";

const rub = (amount_minor: number) => ({ amount_minor, currency: "RUB" });

/** Three bands of prices; more than the page shows in each. */
export function facets(): Schemas["FacetsView"] {
  return {
    kinds: { consultation: 24, work: 131, files: 7 },
    languages: { ru: 22, en: 5 },
    prices: [
      { price_min: rub(0), price_max: rub(50_000), twips: 3 },
      { price_min: rub(50_001), price_max: rub(150_000), twips: 18 },
      { price_min: rub(150_001), price_max: null, twips: 0 },
    ],
    ratings: [
      { rating_min: 3, twips: 12 },
      { rating_min: 4, twips: 9 },
    ],
    categories: [],
  };
}

/** A consultation that was found. */
export function found(title: string): Schemas["TwipCard"] {
  return {
    id: title,
    kind: "consultation",
    content: {
      languages: ["en"],
      texts: { en: { title, description: "", bring: "" } },
      prices: { video: rub(90_000) },
      work: null,
      files: null,
      category: { id: "other", names: { ru: "Другое", en: "Other" } },
      tags: [],
    },
    shown_in: "en",
    foreign: false,
    performer: {
      id: "p",
      display_name: "Irina",
      callable: true,
      silent: false,
      uncallable_reason: null,
      rating: { stars: 4.7, reviews: 43 },
      status: "available",
    },
    published_at: "2026-11-01T10:00:00.000Z",
  };
}

/** A page of an answer. */
export function answer(titles: string[], part: Partial<Schemas["FoundTwips"]> = {}): Schemas["FoundTwips"] {
  return { items: titles.map(found), next_cursor: null, fit: "all", understood: null, facets: facets(), ...part };
}

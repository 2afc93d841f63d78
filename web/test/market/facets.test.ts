import { describe, expect, it } from "vitest";
import type { Schemas } from "../../src/api/client.ts";
import { bandPrice, isBand, kindShows, shownBy, waysOut } from "../../src/market/facets.ts";
import { PLAIN } from "../../src/market/finding.ts";
import { facets } from "./made.ts";

const [cheapest, middle, dearest] = facets().prices as [
  Schemas["PriceBandView"],
  Schemas["PriceBandView"],
  Schemas["PriceBandView"],
];

describe("a band of prices", () => {
  it("is asked for by its two ends, the open ones left out", () => {
    expect(bandPrice(cheapest)).toEqual({ priceFrom: null, priceTo: 50_000 });
    expect(bandPrice(middle)).toEqual({ priceFrom: 50_001, priceTo: 150_000 });
    expect(bandPrice(dearest)).toEqual({ priceFrom: 150_001, priceTo: null });
  });

  it("is the one asked for only if both ends are", () => {
    for (const band of [cheapest, middle, dearest]) {
      const asked = { ...PLAIN, ...bandPrice(band) };
      expect([cheapest, middle, dearest].filter((it) => isBand(asked, it))).toEqual([band]);
    }
    expect(isBand({ ...PLAIN, priceTo: 150_000 }, middle)).toBe(false);
    expect(isBand(PLAIN, cheapest)).toBe(false);
  });
});

describe("what a choice would show", () => {
  it("is not told where only those are wanted who can be called, unless it is nothing", () => {
    expect(shownBy(PLAIN, 7)).toBe(7);
    expect(shownBy({ ...PLAIN, callable: true }, 7)).toBeNull();
    expect(shownBy({ ...PLAIN, callable: true }, 0)).toBe(0);
    expect(shownBy(PLAIN, undefined)).toBeNull();
  });

  it("is not told of another kind while a price is asked for, which is of another thing there", () => {
    const priced = { ...PLAIN, priceTo: 5 };
    expect(kindShows(priced, facets(), "consultation")).toBe(24);
    expect(kindShows(priced, facets(), "work")).toBeNull();
    expect(kindShows({ ...PLAIN, callable: true }, facets(), "work")).toBe(131);
  });
});

describe("where nothing is found", () => {
  const none = { ...facets(), kinds: { consultation: 0, work: 3, files: 0 } };

  it("all are counted who are there whether or not they can be called now", () => {
    expect(waysOut({ ...PLAIN, callable: true }, facets())).toEqual([{ filter: "callable", twips: 24 }]);
  });

  it("the other language is counted", () => {
    const asked = { ...PLAIN, lang: "en" } as const;
    expect(waysOut(asked, { ...none, languages: { ru: 2, en: 0 } })).toEqual([{ filter: "language", twips: 2 }]);
  });

  it("a filter whose loss would help nothing is not offered", () => {
    const asked = { ...PLAIN, lang: "ru", priceTo: 5, ratedFrom: 4, callable: true } as const;
    const empty = none.prices.map((band) => ({ ...band, twips: 0 }));
    expect(waysOut(asked, { ...none, languages: { ru: 0, en: 0 }, prices: empty })).toEqual([
      { filter: "rating", twips: null },
    ]);
  });

  it("every filter is offered where nothing was counted", () => {
    const asked = { ...PLAIN, lang: "ru", priceFrom: 5, ratedFrom: 4 } as const;
    expect(waysOut(asked, null).map(({ filter }) => filter)).toEqual(["price", "rating", "language"]);
  });
});

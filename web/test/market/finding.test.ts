import { describe, expect, it } from "vitest";
import { asQuery, filtersOf, fromSearch, NO_FILTERS, ofKind, PLAIN, toSearch } from "../../src/market/finding.ts";

describe("what is asked", () => {
  it("comes back from its address", () => {
    const asked = {
      q: "аренда & co",
      kind: "work",
      callable: false,
      priceFrom: 50_001,
      priceTo: 150_050,
      ratedFrom: 4,
      lang: "en",
      sort: "price_asc",
    } as const;
    expect(fromSearch(toSearch(asked).slice(1))).toEqual(asked);
  });

  it("asks of a work neither who can be called nor the price of a quarter of an hour", () => {
    const asked = { ...PLAIN, q: "logo", callable: true, priceFrom: 2, priceTo: 5, ratedFrom: 4, lang: "en" } as const;
    expect(ofKind(asked, "work")).toEqual({ ...PLAIN, kind: "work", q: "logo", ratedFrom: 4, lang: "en" });
    expect(ofKind(asked, "consultation")).toEqual(asked);
    expect(ofKind(asked, "files")).toEqual({ ...PLAIN, kind: "files", q: "logo", ratedFrom: 4, lang: "en" });
    expect(fromSearch("kind=work&callable=1").callable).toBe(false);
    expect(fromSearch("callable=1").callable).toBe(true);
  });

  it("leaves a plain address plain", () => {
    expect(toSearch(PLAIN)).toBe("");
    expect(fromSearch("")).toEqual(PLAIN);
  });

  it("does not believe an address", () => {
    expect(fromSearch("kind=gold&sort=random&price_to=-1&price_from=x&rated_from=9&lang=xx&callable=yes")).toEqual(
      PLAIN,
    );
    expect(fromSearch("price_to=1e99").priceTo).toBeNull();
    expect(fromSearch(`q=${"x".repeat(500)}`).q).toHaveLength(200);
  });

  it("knows which filters narrow it, the narrowest first", () => {
    expect(filtersOf({ ...PLAIN, q: "a", kind: "work", sort: "newest" })).toEqual([]);
    const asked = { ...PLAIN, lang: "en", ratedFrom: 3, priceFrom: 5, callable: true } as const;
    expect(filtersOf(asked)).toEqual(["callable", "price", "rating", "language"]);
    expect(filtersOf({ ...asked, ...NO_FILTERS })).toEqual([]);
  });

  it("asks the service only for what differs, and counts the filters with the first page alone", () => {
    expect(asQuery(PLAIN, undefined)).toEqual({ kind: "consultation", sort: "relevance", facets: true });
    expect(
      asQuery({ ...PLAIN, q: "a", priceFrom: 2, priceTo: 5, ratedFrom: 4, callable: true, lang: "ru" }, "next"),
    ).toEqual({
      kind: "consultation",
      sort: "relevance",
      q: "a",
      price_min: 2,
      price_max: 5,
      rating_min: 4,
      callable: true,
      lang: "ru",
      cursor: "next",
    });
  });
});

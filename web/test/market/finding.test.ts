import { describe, expect, it } from "vitest";
import { asQuery, fromSearch, ofKind, PLAIN, toSearch } from "../../src/market/finding.ts";

describe("what is asked", () => {
  it("comes back from its address", () => {
    const asked = {
      q: "аренда & co",
      kind: "work",
      callable: false,
      priceTo: 150_050,
      ratedFrom: 4.5,
      lang: "en",
      sort: "price_asc",
    } as const;
    expect(fromSearch(toSearch(asked).slice(1))).toEqual(asked);
  });

  it("asks of a work neither who can be called nor the price of a quarter of an hour", () => {
    const asked = { ...PLAIN, q: "logo", callable: true, priceTo: 5, ratedFrom: 4, lang: "en" } as const;
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
    expect(fromSearch("kind=gold&sort=random&price_to=-1&rated_from=9&lang=xx&callable=yes")).toEqual(PLAIN);
    expect(fromSearch("price_to=1e99").priceTo).toBeNull();
    expect(fromSearch(`q=${"x".repeat(500)}`).q).toHaveLength(200);
  });

  it("asks the service only for what differs", () => {
    expect(asQuery(PLAIN, undefined)).toEqual({ kind: "consultation", sort: "relevance" });
    expect(asQuery({ ...PLAIN, q: "a", priceTo: 5, ratedFrom: 4, callable: true, lang: "ru" }, "next")).toEqual({
      kind: "consultation",
      sort: "relevance",
      q: "a",
      price_max: 5,
      rating_min: 4,
      callable: true,
      lang: "ru",
      cursor: "next",
    });
  });
});

/** How many twips other filters would find, as far as the answer tells (E1). Pure. */
import type { Schemas } from "../api/client.ts";
import { type Asked, type Filter, filtersOf, type Kind } from "./finding.ts";

/** Undefined: not answered yet. Null: not counted. */
export type Facets = Schemas["FacetsView"] | null | undefined;
type Band = Schemas["PriceBandView"];

/** Whether the price asked for is this band. */
export function isBand(asked: Asked, { price_min, price_max }: Band): boolean {
  return (asked.priceFrom ?? 0) === price_min.amount_minor && asked.priceTo === (price_max?.amount_minor ?? null);
}

/** The price of a question for this band. */
export function bandPrice({ price_min, price_max }: Band): Pick<Asked, "priceFrom" | "priceTo"> {
  return { priceFrom: price_min.amount_minor || null, priceTo: price_max?.amount_minor ?? null };
}

/**
 * What a choice would show. Who can be called now is not counted: with that filter only nothing is sure, and the rest is not told. Null:
 * not known.
 */
export function shownBy(asked: Asked, twips: number | undefined): number | null {
  return twips === undefined || (asked.callable && twips > 0) ? null : twips;
}

/** What a link to a kind would show: on the way to another one, price and who can be called are dropped. */
export function kindShows(asked: Asked, facets: Facets, kind: Kind): number | null {
  const twips = facets?.kinds[kind];
  if (kind === asked.kind) return shownBy(asked, twips);
  return filtersOf(asked).includes("price") ? null : (twips ?? null);
}

export interface WayOut {
  filter: Filter;
  /** How many twips are there without it; null: not known. */
  twips: number | null;
}

/** The filters whose loss may help where nothing is found, the narrowest first. */
export function waysOut(asked: Asked, facets: Facets): WayOut[] {
  return filtersOf(asked)
    .map((filter) => ({ filter, twips: facets ? without(asked, facets, filter) : null }))
    .filter(({ twips }) => twips !== 0);
}

function without(asked: Asked, facets: Schemas["FacetsView"], filter: Filter): number | null {
  switch (filter) {
    case "callable":
      return facets.kinds[asked.kind] ?? null;
    case "language":
      // Nothing is in the one language: all there is is in the other.
      return shownBy(asked, facets.languages[asked.lang === "ru" ? "en" : "ru"]);
    case "price":
      // A twip may be in two bands: their sum would be too much.
      return facets.prices.every(({ twips }) => twips === 0) ? 0 : null;
    case "rating":
      return null;
  }
}

/** What a search asks for, and how it stands in the address. Pure. */
import type { Schemas } from "../api/client.ts";
import type { Lang } from "../i18n/index.ts";

export type Kind = Schemas["TwipKind"];
export type Sort = Schemas["Sort"];

export const KINDS: readonly Kind[] = ["consultation", "work", "files"];
export const KIND_ICON: Record<Kind, string> = {
  consultation: "messages-square",
  work: "briefcase",
  files: "folder-down",
};
export const SORTS: readonly Sort[] = ["relevance", "rating", "newest", "price_asc", "price_desc"];
/** From how many stars on. */
export const RATED = [4, 3] as const;

export interface Asked {
  q: string;
  kind: Kind;
  callable: boolean;
  /** Minor units; null: from nothing on. */
  priceFrom: number | null;
  /** Minor units; null: without end. */
  priceTo: number | null;
  ratedFrom: number | null;
  lang: Lang | "";
  sort: Sort;
}

export const PLAIN: Asked = {
  q: "",
  kind: "consultation",
  callable: false,
  priceFrom: null,
  priceTo: null,
  ratedFrom: null,
  lang: "",
  sort: "relevance",
};

/** The same question of another kind: whoever is asked for a work need not be called, and its price is of another thing. */
export function ofKind(asked: Asked, kind: Kind): Asked {
  return kind === asked.kind ? asked : { ...asked, kind, ...ANY.callable, ...ANY.price };
}

/** Each filter dropped: the narrowest first. */
export const ANY = {
  callable: { callable: false },
  price: { priceFrom: null, priceTo: null },
  rating: { ratedFrom: null },
  language: { lang: "" },
} as const satisfies Record<string, Partial<Asked>>;
export type Filter = keyof typeof ANY;
export const NO_FILTERS: Partial<Asked> = { ...ANY.callable, ...ANY.price, ...ANY.rating, ...ANY.language };

/** The filters that narrow a question. */
export function filtersOf(asked: Asked): Filter[] {
  return (Object.keys(ANY) as Filter[]).filter((it) => toSearch({ ...asked, ...ANY[it] }) !== toSearch(asked));
}

/** Reads an address; what it does not know is left out. */
export function fromSearch(search: string): Asked {
  const given = new URLSearchParams(search);
  const among = <T extends string>(name: string, known: readonly T[], otherwise: T): T =>
    known.find((it) => it === given.get(name)) ?? otherwise;
  const price = (name: string) => {
    const minor = Number(given.get(name));
    return Number.isSafeInteger(minor) && minor > 0 ? minor : null;
  };
  const kind = among("kind", KINDS, PLAIN.kind);
  return {
    q: (given.get("q") ?? "").slice(0, 200),
    kind,
    callable: kind === "consultation" && given.get("callable") === "1",
    priceFrom: price("price_from"),
    priceTo: price("price_to"),
    ratedFrom: RATED.find((it) => String(it) === given.get("rated_from")) ?? null,
    lang: among<Lang | "">("lang", ["ru", "en"], ""),
    sort: among("sort", SORTS, PLAIN.sort),
  };
}

/** The address's part after the path; empty for the plain question. */
export function toSearch(asked: Asked): string {
  const made = new URLSearchParams();
  if (asked.q) made.set("q", asked.q);
  if (asked.kind !== PLAIN.kind) made.set("kind", asked.kind);
  if (asked.callable) made.set("callable", "1");
  if (asked.priceFrom !== null) made.set("price_from", String(asked.priceFrom));
  if (asked.priceTo !== null) made.set("price_to", String(asked.priceTo));
  if (asked.ratedFrom !== null) made.set("rated_from", String(asked.ratedFrom));
  if (asked.lang) made.set("lang", asked.lang);
  if (asked.sort !== PLAIN.sort) made.set("sort", asked.sort);
  const text = made.toString();
  return text && `?${text}`;
}

/** The query of `GET /twips`. What other filters would find is counted with the first page. */
export function asQuery(asked: Asked, cursor: string | undefined) {
  return {
    kind: asked.kind,
    sort: asked.sort,
    ...(asked.q ? { q: asked.q } : {}),
    ...(asked.callable ? { callable: true } : {}),
    ...(asked.priceFrom === null ? {} : { price_min: asked.priceFrom }),
    ...(asked.priceTo === null ? {} : { price_max: asked.priceTo }),
    ...(asked.ratedFrom === null ? {} : { rating_min: asked.ratedFrom }),
    ...(asked.lang ? { lang: asked.lang } : {}),
    ...(cursor ? { cursor } : { facets: true }),
  };
}

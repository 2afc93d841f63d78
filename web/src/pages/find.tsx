/** Finding a twip (R11, R12, E1). What is asked for lives in the address, so that it can be kept, sent and gone back to. */
import { useLayoutEffect, useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { answered, api, type Schemas } from "../api/client.ts";
import { lang, plural, t } from "../i18n/index.ts";
import { type Facets, kindShows, shownBy } from "../market/facets.ts";
import {
  type Asked,
  asQuery,
  filtersOf,
  fromSearch,
  KIND_ICON,
  KINDS,
  ofKind,
  SORTS,
  toSearch,
} from "../market/finding.ts";
import { leave, leftAt } from "../market/left.ts";
import { useTitle } from "../shell/page.tsx";
import { useFresh } from "../state/fresh.ts";
import { me } from "../state/me.ts";
import { type Pages, usePages } from "../state/query.ts";
import { Button } from "../ui/button.tsx";
import { GoodsLine } from "../ui/goods-line.tsx";
import { Icon } from "../ui/icon.tsx";
import { LiveText } from "../ui/live-text.tsx";
import { ProblemBanner, Skeleton } from "../ui/notices.tsx";
import { Avatar, dotOf, PresenceLine } from "../ui/person.tsx";
import { ContentPrices } from "../ui/price.tsx";
import { Rating } from "../ui/rating.tsx";
import { SearchBox } from "../ui/search-box.tsx";
import { Chosen, Filters, Shows } from "./market/find-filters.tsx";
import { NothingFound } from "./market/nothing-found.tsx";

/** Who can be called changes by itself, as slowly as presence does. */
const CALLABLE_MS = 60_000;

/** What the first page of an answer says, and what was asked. */
type Answer = Schemas["FoundTwips"] & { asked: Asked };
type Found = Pages<Schemas["TwipCard"], Answer>;

export function FindPage() {
  const { url, route } = useLocation();
  const asked = fromSearch(url.split("?")[1] ?? "");
  const words = t().find;
  useTitle(words.title);
  const [came] = useState(() => leftAt(history.state));
  const ask = (part: Partial<Asked>) => route(`/${toSearch({ ...asked, ...part })}`, true);
  // Who is callable, and whom one has to do with, depends on who asks.
  const found: Found = usePages(
    async (cursor) => ({
      ...(await answered(api.GET("/twips", { params: { query: asQuery(asked, cursor) } }))),
      asked,
    }),
    [toSearch(asked), lang(), me.value?.id],
    came.pages,
  );
  const shown = !!found.data;
  useLayoutEffect(() => {
    if (shown && came.y) scrollTo(0, came.y);
  }, [shown]);
  useFresh(() => found.loading || found.reload(), CALLABLE_MS);
  const facets = found.first ? found.first.facets : found.problem && null;
  return (
    <>
      <Hero q={asked.q} promise={words.promise[asked.kind]} onAsk={(q) => ask({ q })} />
      <nav class="kinds" aria-label={words.kind}>
        {KINDS.map((kind) => (
          <a
            key={kind}
            class="kind"
            href={`/${toSearch(ofKind(asked, kind))}`}
            aria-current={kind === asked.kind ? "true" : undefined}
          >
            <Icon name={KIND_ICON[kind]} large />
            <span>
              <b>{t().common.kinds[kind].name}</b>
              <span>{t().common.kinds[kind].hint}</span>
            </span>
            <Shows twips={facets && kindShows(asked, facets, kind)} />
          </a>
        ))}
      </nav>
      <Results asked={asked} ask={ask} facets={facets} found={found} />
    </>
  );
}

/** The question. */
function Hero({ q, promise, onAsk }: { q: string; promise: string; onAsk: (q: string) => void }) {
  const words = t().find;
  return (
    <section class="hero on-deep">
      <h1>{words.hero}</h1>
      <SearchBox q={q} onAsk={onAsk} label={words.what} example={words.example}>
        <Button look="primary" submit>
          {words.go}
        </Button>
      </SearchBox>
      <p>{promise}</p>
    </section>
  );
}

function Results(props: { asked: Asked; ask: (part: Partial<Asked>) => void; facets: Facets; found: Found }) {
  const { asked, ask, facets, found } = props;
  const [open, setOpen] = useState(false);
  const words = t().find;
  const chosen = filtersOf(asked).length;
  const count = countOf(found);
  return (
    <div class="find">
      <div class="found-head">
        <div class="row between">
          <h2 id="found" tabIndex={-1} aria-live="polite">
            {count ?? words.title}
          </h2>
          <div class="row sortbar">
            <Button class="filter-btn" icon="sliders-horizontal" pressed={open} onPress={() => setOpen(!open)}>
              {words.filters}
              {chosen > 0 && (
                <span class="count count-quiet">
                  <LiveText>{String(chosen)}</LiveText>
                </span>
              )}
            </Button>
            <label class="sr" for="sort">
              {words.sort}
            </label>
            <select
              class="input sort"
              id="sort"
              value={asked.sort}
              onChange={(event) => ask({ sort: event.currentTarget.value as Asked["sort"] })}
            >
              {SORTS.map((sort) => (
                <option key={sort} value={sort}>
                  {words.sorts[sort]}
                </option>
              ))}
            </select>
          </div>
        </div>
        <FitLine found={found} />
        <Chosen asked={asked} ask={ask} />
      </div>
      <aside class="filters" aria-label={words.filters} data-open={open}>
        <Filters asked={asked} facets={facets} ask={ask} />
        {count && (
          <Button
            look="primary"
            class="filter-btn"
            onPress={() => {
              document.getElementById("found")?.focus();
              setOpen(false);
            }}
          >
            {words.show(count)}
          </Button>
        )}
      </aside>
      <section aria-labelledby="found" class="stack">
        <ProblemBanner problem={found.problem} retry={found.reload} />
        {!found.data && !found.problem && <Skeleton />}
        {found.data && found.data.length > 0 && (
          <ul class="results" aria-busy={found.loading}>
            {found.data.map((twip) => (
              <li key={twip.id}>
                <TwipCard twip={twip} onOpen={() => leave(found.pages)} />
              </li>
            ))}
          </ul>
        )}
        {found.data?.length === 0 && found.first && !found.more && (
          <NothingFound asked={found.first.asked} facets={facets} searchable={found.first.fit !== null} ask={ask} />
        )}
        {found.data?.length === 0 && found.more && <p>{words.further}</p>}
        {found.more && (
          <Button onPress={found.more} busy={found.loadingMore}>
            {t().common.more}
          </Button>
        )}
      </section>
    </div>
  );
}

/** How many there are: counted, or as many as are shown and more. */
function countOf({ data, first, more }: Found): string | null {
  if (!data || !first) return null;
  const words = t().find;
  if (!more) return plural(data.length, words.count);
  if (data.length === 0) return null;
  const counted = shownBy(first.asked, first.facets?.kinds[first.asked.kind]);
  return counted === null ? words.countMore(data.length) : plural(counted, words.count);
}

/** What was done to find anything. Read out as it appears. */
function FitLine({ found: { data, first } }: { found: Found }) {
  const words = t().find.fit;
  const fit = data?.length ? first?.fit : null;
  const understood = first?.understood;
  return (
    <p class="fit" role="status">
      {fit && fit !== "all" && (
        <span key={fit}>
          {words[fit]}
          {fit === "layout" && understood && (
            <>
              {" "}
              <a href={`/${toSearch({ ...first.asked, q: understood })}`}>{words.quoted(understood)}</a>
            </>
          )}
        </span>
      )}
    </p>
  );
}

/** A twip in a list. The whole card leads to it. */
export function TwipCard({ twip, onOpen }: { twip: Omit<Schemas["TwipCard"], "published_at">; onOpen?: () => void }) {
  const text = twip.content.texts[twip.shown_in];
  const foreign = twip.foreign ? twip.shown_in : undefined;
  // Nobody is called for a work, or for files.
  const calls = twip.kind === "consultation";
  return (
    <article class="card twip">
      <Avatar
        id={twip.performer.id}
        name={twip.performer.display_name}
        {...(calls && { dot: dotOf(twip.performer) })}
      />
      <div class="twip-body">
        <h3 lang={foreign}>
          <a href={`/twips/${twip.id}`} onClick={onOpen}>
            {text?.title}
          </a>
        </h3>
        <p class="twip-by">
          <span>{twip.performer.display_name}</span>
          <Rating rating={twip.performer.rating} />
          {foreign && (
            <span class="badge">
              <Icon name="globe" />
              {t().common.onlyIn[foreign]}
            </span>
          )}
        </p>
        <p class="small muted twip-text" lang={foreign}>
          {text?.description}
        </p>
        {calls && <PresenceLine performer={twip.performer} />}
        {twip.content.files && <GoodsLine goods={twip.content.files} />}
      </div>
      <div class="twip-prices">
        <ContentPrices content={twip.content} />
      </div>
    </article>
  );
}

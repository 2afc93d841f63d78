/** Finding a twip (R11, R12, E1). What is asked for lives in the address, so that it can be kept, sent and gone back to. */
import { useEffect, useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { answered, api, type Schemas } from "../api/client.ts";
import { lang, plural, stars, t, typedMoney } from "../i18n/index.ts";
import {
  type Asked,
  asQuery,
  fromSearch,
  KIND_ICON,
  KINDS,
  ofKind,
  RATED,
  SORTS,
  toSearch,
} from "../market/finding.ts";
import { useTitle } from "../shell/page.tsx";
import { useFresh } from "../state/fresh.ts";
import { me } from "../state/me.ts";
import { usePages } from "../state/query.ts";
import { Button, ButtonLink } from "../ui/button.tsx";
import { MoneyField, Select, Switch } from "../ui/field.tsx";
import { GoodsLine } from "../ui/goods-line.tsx";
import { Icon } from "../ui/icon.tsx";
import { LiveText } from "../ui/live-text.tsx";
import { Empty, ProblemBanner, Skeleton } from "../ui/notices.tsx";
import { Avatar, dotOf, PresenceLine } from "../ui/person.tsx";
import { ContentPrices } from "../ui/price.tsx";
import { Rating } from "../ui/rating.tsx";
import { SearchBox } from "../ui/search-box.tsx";

/** Who can be called changes by itself, as slowly as presence does. */
const CALLABLE_MS = 60_000;

export function FindPage() {
  const { url, route } = useLocation();
  const asked = fromSearch(url.split("?")[1] ?? "");
  const words = t().find;
  useTitle(words.title);
  const ask = (part: Partial<Asked>) => route(`/${toSearch({ ...asked, ...part })}`, true);
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
          </a>
        ))}
      </nav>
      <Results asked={asked} ask={ask} />
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

interface Asking {
  asked: Asked;
  ask: (part: Partial<Asked>) => void;
}

function Results({ asked, ask }: Asking) {
  const [open, setOpen] = useState(false);
  const words = t().find;
  // Who is callable, and whom one has to do with, depends on who asks.
  const found = usePages(
    (cursor) => answered(api.GET("/twips", { params: { query: asQuery(asked, cursor) } })),
    [toSearch(asked), lang(), me.value?.id],
  );
  useFresh(() => found.loading || found.reload(), CALLABLE_MS);
  const active =
    Number(asked.callable) +
    Number(asked.priceTo !== null) +
    Number(asked.ratedFrom !== null) +
    Number(asked.lang !== "");
  return (
    <div class="find">
      <aside class="filters" aria-label={words.filters} data-open={open}>
        <Filters asked={asked} ask={ask} active={active > 0} />
      </aside>
      <section aria-labelledby="found" class="stack">
        <div class="row between">
          <h2 id="found" aria-live="polite">
            {found.data
              ? found.more
                ? words.countMore(found.data.length)
                : plural(found.data.length, words.count)
              : words.title}
          </h2>
          <div class="row sortbar">
            <Button class="filter-btn" icon="sliders-horizontal" pressed={open} onPress={() => setOpen(!open)}>
              {words.filters}
              {active > 0 && (
                <span class="count count-quiet">
                  <LiveText>{String(active)}</LiveText>
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
        <ProblemBanner problem={found.problem} retry={found.reload} />
        {!found.data && !found.problem && <Skeleton />}
        {found.data && found.data.length > 0 && (
          <ul class="results" aria-busy={found.loading}>
            {found.data.map((twip) => (
              <li key={twip.id}>
                <TwipCard twip={twip} />
              </li>
            ))}
          </ul>
        )}
        {found.data?.length === 0 && <NothingFound asked={asked} ask={ask} />}
        {found.more && (
          <Button onPress={found.more} busy={found.loadingMore}>
            {t().common.more}
          </Button>
        )}
      </section>
    </div>
  );
}

function Filters({ asked, ask, active }: Asking & { active: boolean }) {
  const words = t().find;
  const [price, setPrice] = useState(asked.priceTo === null ? "" : String(asked.priceTo / 100));
  useEffect(() => {
    if (typedMoney(price) !== asked.priceTo) setPrice(asked.priceTo === null ? "" : String(asked.priceTo / 100));
  }, [asked.priceTo]);
  const bad = price !== "" && !typedMoney(price);
  return (
    <>
      {asked.kind === "consultation" && (
        <Switch label={words.callable} on={asked.callable} onChange={(callable) => ask({ callable })} />
      )}
      <MoneyField
        label={words.priceTo[asked.kind]}
        symbol="₽"
        value={price}
        error={bad ? words.priceBad : undefined}
        onInput={(text) => {
          setPrice(text);
          const minor = typedMoney(text);
          if (text === "" || minor) ask({ priceTo: minor });
        }}
      />
      <Select
        label={words.language}
        value={asked.lang}
        options={[
          ["", words.any],
          ["ru", t().common.languages.ru],
          ["en", t().common.languages.en],
        ]}
        onChange={(value) => ask({ lang: value })}
      />
      <Select
        label={words.rating}
        value={String(asked.ratedFrom ?? "")}
        options={[["", words.any], ...RATED.map((it): [string, string] => [String(it), words.ratedFrom(stars(it))])]}
        onChange={(value) => ask({ ratedFrom: value ? Number(value) : null })}
      />
      <Button
        look="quiet"
        off={!active}
        onPress={() => ask({ callable: false, priceTo: null, ratedFrom: null, lang: "" })}
      >
        {words.clear}
      </Button>
    </>
  );
}

/** The filter to drop, by name: the narrowest first. What was asked in words may be sold in another way. */
function NothingFound({ asked, ask }: Asking) {
  const words = t().find.empty;
  const [text, way, drop] = asked.callable
    ? ([words.callable, words.dropCallable, { callable: false }] as const)
    : asked.priceTo !== null
      ? ([words.price, words.dropPrice, { priceTo: null }] as const)
      : asked.ratedFrom !== null
        ? ([words.rating, words.dropRating, { ratedFrom: null }] as const)
        : asked.lang
          ? ([words.language, words.dropLanguage, { lang: "" }] as const)
          : asked.q
            ? ([words.words(asked.q), words.dropWords, { q: "" }] as const)
            : ([words.plain, null, {}] as const);
  return (
    <Empty
      icon="search"
      title={words.title}
      act={
        <div class="row empty-ways">
          {way && <Button onPress={() => ask(drop)}>{way}</Button>}
          {asked.q &&
            KINDS.filter((it) => it !== asked.kind).map((it) => (
              <ButtonLink key={it} look="quiet" icon={KIND_ICON[it]} href={`/${toSearch(ofKind(asked, it))}`}>
                {words.look[it]}
              </ButtonLink>
            ))}
        </div>
      }
    >
      {text}
    </Empty>
  );
}

/** A twip in a list. The whole card leads to it. */
export function TwipCard({ twip }: { twip: Schemas["TwipCard"] }) {
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
          <a href={`/twips/${twip.id}`}>{text?.title}</a>
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

/** What narrows a search: each choice with how many twips it would show, and what is chosen as chips to remove (E1). */
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { lang, money, number, plural, t, typedMoney } from "../../i18n/index.ts";
import { bandPrice, type Facets, isBand } from "../../market/facets.ts";
import { ANY, type Asked, type Filter, filtersOf, NO_FILTERS, RATED } from "../../market/finding.ts";
import { Button } from "../../ui/button.tsx";
import { MoneyField, Switch } from "../../ui/field.tsx";
import { Icon } from "../../ui/icon.tsx";
import { LiveText } from "../../ui/live-text.tsx";

export interface Asking {
  asked: Asked;
  facets: Facets;
  ask: (part: Partial<Asked>) => void;
}

/** So many bands of prices there are: their places are kept until they are answered. */
const BANDS = 5;
const LANGS = ["ru", "en"] as const;

/** How many twips a choice would show. Undefined: that is on its way; null: it is not known. */
export function Shows({ twips }: { twips: number | null | undefined }) {
  if (twips === null) return null;
  if (twips === undefined) return <span class="shows skeleton" aria-hidden="true" />;
  return (
    <span class="shows">
      <span aria-hidden="true">
        <LiveText>{number(twips)}</LiveText>
      </span>
      <span class="sr">{plural(twips, t().find.count)}</span>
    </span>
  );
}

export function Filters({ asked, facets, ask }: Asking) {
  const words = t().find;
  const told = !asked.callable && facets !== null;
  return (
    <>
      {asked.kind === "consultation" && (
        <Switch label={words.callable} on={asked.callable} onChange={(callable) => ask({ callable })} />
      )}
      <Choices label={words.price[asked.kind]}>
        <Choice
          of="price"
          label={words.any.price}
          on={asked.priceFrom === null && asked.priceTo === null}
          choose={() => ask(ANY.price)}
        />
        {facets === undefined
          ? Array.from({ length: BANDS }, (_, n) => <span class="choice skeleton" key={n} aria-hidden="true" />)
          : facets?.prices.map((band) => (
              <Choice
                key={band.price_min.amount_minor}
                of="price"
                label={priceName(bandPrice(band))}
                on={isBand(asked, band)}
                twips={band.twips}
                told={told}
                choose={() => ask(bandPrice(band))}
              />
            ))}
        <PriceTo asked={asked} ask={ask} />
      </Choices>
      <Choices label={words.language}>
        <Choice of="language" label={words.any.language} on={asked.lang === ""} choose={() => ask(ANY.language)} />
        {LANGS.map((it) => (
          <Choice
            key={it}
            of="language"
            label={t().common.languages[it]}
            on={asked.lang === it}
            twips={facets?.languages[it]}
            told={told}
            choose={() => ask({ lang: it })}
          />
        ))}
      </Choices>
      <Choices label={words.rating}>
        <Choice of="rating" label={words.any.rating} on={asked.ratedFrom === null} choose={() => ask(ANY.rating)} />
        {RATED.map((it) => (
          <Choice
            key={it}
            of="rating"
            label={words.ratedFrom(number(it))}
            on={asked.ratedFrom === it}
            twips={facets?.ratings.find((step) => step.rating_min === it)?.twips}
            told={told}
            choose={() => ask({ ratedFrom: it })}
          />
        ))}
      </Choices>
      <Button look="quiet" off={filtersOf(asked).length === 0} onPress={() => ask(NO_FILTERS)}>
        {words.clear}
      </Button>
    </>
  );
}

function Choices({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    <fieldset class="choices">
      <legend class="label">{label}</legend>
      {children}
    </fieldset>
  );
}

/** One choice of a filter. One that would show nothing is there, but cannot be chosen. `told`: what is counted is what would be shown. */
function Choice(props: {
  of: Filter;
  label: string;
  on: boolean;
  twips?: number | null | undefined;
  told?: boolean;
  choose: () => void;
}) {
  const off = props.twips === 0 && !props.on;
  return (
    <label class="check choice">
      <input type="radio" name={props.of} checked={props.on} disabled={off} onChange={props.choose} />
      <span>{props.label}</span>
      {props.told && <Shows twips={props.twips} />}
    </label>
  );
}

/** A price of one's own, in whole units. */
function PriceTo({ asked, ask }: Omit<Asking, "facets">) {
  const words = t().find;
  const own = asked.priceFrom === null ? asked.priceTo : null;
  const [price, setPrice] = useState("");
  useEffect(() => {
    if (typedMoney(price) !== own) setPrice(own === null ? "" : String(own / 100));
  }, [own]);
  return (
    <MoneyField
      label={words.priceTo}
      symbol="₽"
      value={price}
      error={price !== "" && !typedMoney(price) ? words.priceBad : undefined}
      onInput={(text) => {
        setPrice(text);
        const minor = typedMoney(text);
        if (text === "" || minor) ask({ ...ANY.price, priceTo: minor });
      }}
    />
  );
}

/** What is chosen. Whoever removes one with the keyboard goes on with the next one, or with the list. */
export function Chosen({ asked, ask }: Omit<Asking, "facets">) {
  const row = useRef<HTMLUListElement>(null);
  const removed = useRef<number | null>(null);
  const chosen = filtersOf(asked);
  useEffect(() => {
    if (removed.current === null) return;
    const left = row.current?.querySelectorAll("button");
    const next = left?.[Math.min(removed.current, left.length - 1)] ?? document.getElementById("found");
    next?.focus({ preventScroll: true });
    removed.current = null;
  }, [chosen.length]);
  if (chosen.length === 0) return null;
  const words = t().find;
  return (
    <ul class="row chosen" aria-label={words.chosen} ref={row}>
      {chosen.map((filter, n) => (
        <li key={filter}>
          <Button
            label={words.drop(filterName(asked, filter))}
            onPress={() => {
              removed.current = n;
              ask(ANY[filter]);
            }}
          >
            {filterName(asked, filter)}
            <Icon name="x" />
          </Button>
        </li>
      ))}
    </ul>
  );
}

function filterName(asked: Asked, filter: Filter): string {
  const words = t().find;
  switch (filter) {
    case "callable":
      return words.callable;
    case "price":
      return priceName(asked);
    case "rating":
      return `${words.rating}: ${words.ratedFrom(number(asked.ratedFrom ?? 0))}`;
    case "language":
      return t().common.languages[asked.lang || lang()];
  }
}

/** «500 ₽ – 1 500 ₽»: bands begin a kopeck above the one before. */
function priceName({ priceFrom, priceTo }: Pick<Asked, "priceFrom" | "priceTo">): string {
  const words = t().find.prices;
  const sum = (minor: number) => money({ amount_minor: minor, currency: "RUB" }, "round");
  const least = sum(Math.floor((priceFrom ?? 0) / 100) * 100);
  if (priceTo === null) return words.above(least);
  return priceFrom === null ? words.to(sum(priceTo)) : words.between(least, sum(priceTo));
}

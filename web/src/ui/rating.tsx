/** Ratings and stars: shown in words to whoever does not see them, and chosen by a group of radio buttons (D24). */
import { useId } from "preact/hooks";
import type { Schemas } from "../api/client.ts";
import sprite from "../assets/icons.svg?no-inline";
import { plural, stars, t } from "../i18n/index.ts";
import { FieldError } from "./field.tsx";

const FIVE = [1, 2, 3, 4, 5] as const;

/** One star, filled or not. Decoration. */
export function Star({ on = true }: { on?: boolean }) {
  return (
    <svg class={on ? "star" : "star star-off"} viewBox="0 0 24 24" aria-hidden="true">
      <use href={`${sprite}#star`} />
    </svg>
  );
}

/** How many of five. */
export function Stars({ count }: { count: number }) {
  return (
    <>
      <span class="rating" aria-hidden="true">
        {FIVE.map((n) => (
          <Star key={n} on={n <= count} />
        ))}
      </span>
      <span class="sr">{t().reviews.outOf(String(count))}</span>
    </>
  );
}

/** A performer's rating in a line: the mean, and of how many reviews. `full`: the number with its word. */
export function Rating({ rating, full }: { rating: Schemas["RatingView"]; full?: boolean }) {
  const words = t().reviews;
  if (rating.stars === null) return <span class="rating muted">{words.none}</span>;
  const reviews = plural(rating.reviews, words.count);
  return (
    <span class="rating">
      <Star />
      <b aria-hidden="true">{stars(rating.stars)}</b>
      <span class="sr">{words.rated(stars(rating.stars))}</span>
      {full ? (
        <span>{reviews}</span>
      ) : (
        <>
          <span class="muted" aria-hidden="true">
            ({rating.reviews})
          </span>
          <span class="sr">{reviews}</span>
        </>
      )}
    </span>
  );
}

/** One to five stars, as radio buttons. `value` is null until one is chosen. */
export function StarPicker(props: {
  label: string;
  value: number | null;
  error?: string | undefined;
  onChange: (value: number) => void;
}) {
  const name = useId();
  const words = t().reviews;
  return (
    <fieldset class="field star-field" aria-describedby={props.error ? `${name}-error` : undefined}>
      <legend>{props.label}</legend>
      <div class="star-pick">
        {FIVE.map((n) => (
          <label key={n}>
            <input
              type="radio"
              name={name}
              value={n}
              checked={props.value === n}
              aria-invalid={props.error ? true : undefined}
              onChange={() => props.onChange(n)}
            />
            <Star on={props.value !== null && n <= props.value} />
            <span class="sr">{plural(n, words.stars)}</span>
          </label>
        ))}
        {props.value !== null && (
          <span class="small muted" aria-hidden="true">
            {words.meanings[props.value - 1]}
          </span>
        )}
      </div>
      <FieldError id={`${name}-error`}>{props.error}</FieldError>
    </fieldset>
  );
}

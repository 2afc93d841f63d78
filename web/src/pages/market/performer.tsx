/** A performer's public page: who they are, whether they can be reached, what they offer, what customers think of them, and when they consult (R16, D24, E4). */
import { useRoute } from "preact-iso";
import { answered, api, type Schemas } from "../../api/client.ts";
import { lang, plural, stars, t } from "../../i18n/index.ts";
import { monthSince } from "../../market/coming.ts";
import { useOwnPage, useServed } from "../../market/served.ts";
import { paragraphs } from "../../market/texts.ts";
import { useTitle } from "../../shell/page.tsx";
import { useFresh } from "../../state/fresh.ts";
import { me } from "../../state/me.ts";
import { usePages, useQuery } from "../../state/query.ts";
import { ButtonLink } from "../../ui/button.tsx";
import { Heart } from "../../ui/heart.tsx";
import { Hours } from "../../ui/hours.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Empty, ProblemBanner } from "../../ui/notices.tsx";
import { PageSkeleton } from "../../ui/page-skeleton.tsx";
import { Avatar, dotOf } from "../../ui/person.tsx";
import { Star } from "../../ui/rating.tsx";
import { PerformerTwips } from "./performer-twips.tsx";
import { Reach } from "./reach.tsx";
import { ofPerformer, Reviews } from "./reviews.tsx";
import "../../styles/market.css";
import "../../styles/performer.css";
import "../../styles/reviews.css";

const PRESENCE_MS = 30_000;
const TWIPS_AT_ONCE = 20;

type Person = Schemas["IntroductionView"];

export default function PerformerPage() {
  const { id = "" } = useRoute().params;
  return <Found key={id} id={id} />;
}

function Found({ id }: { id: string }) {
  useServed();
  const person = useQuery(() => answered(api.GET("/users/{user_id}", { params: { path: { user_id: id } } })), []);
  useFresh(person.reload, PRESENCE_MS);
  if (person.problem?.code === "not_found") return <Gone />;
  if (!person.data)
    return person.problem ? <ProblemBanner problem={person.problem} retry={person.reload} /> : <PageSkeleton />;
  return (
    <>
      <ProblemBanner problem={person.problem} retry={person.reload} />
      <Page person={person.data} />
    </>
  );
}

function Gone() {
  const words = t().reviews.performer.gone;
  useTitle(words.title);
  useOwnPage();
  return (
    <Empty whole icon="search" title={words.title} act={<ButtonLink href="/">{words.way}</ButtonLink>}>
      {words.text}
    </Empty>
  );
}

function Page({ person }: { person: Person }) {
  const offers = usePages(
    (cursor) =>
      answered(
        api.GET("/users/{user_id}/twips", {
          params: { path: { user_id: person.id }, query: { limit: TWIPS_AT_ONCE, ...(cursor ? { cursor } : {}) } },
        }),
      ),
    [person.id, lang()],
  );
  const words = t().reviews;
  useTitle(person.display_name);
  useOwnPage();
  const open = person.hours.grid.some((row) => row.includes("1"));
  const sold = offers.data ?? [];
  // Whoever sells works alone is called by nobody. Until the twips are read, one goes by the rest, so that nothing jumps.
  const consults = offers.data ? sold.some(({ kind }) => kind === "consultation") : person.callable || open;
  const mine = me.value?.id === person.id;
  return (
    <div class={consults || mine ? "perf-page two two-aside" : "perf-page stack stack-l"}>
      <div class="stack stack-l">
        <Head person={person} consults={consults} mine={mine} />
        <Facts person={person} />
        <Said person={person} part="about" />
      </div>
      {(consults || mine) && <Reach person={person} offers={sold} mine={mine} />}
      <div class="stack stack-l">
        <PerformerTwips found={offers} mine={mine} />
        {consults && open && (
          <section class="stack" aria-labelledby="hours">
            <h2 id="hours">{t().market.hours.title}</h2>
            <Hours hours={person.hours} />
          </section>
        )}
        <section class="stack stack-s perf-said" id="reviews" aria-labelledby="rv">
          <h2 id="rv">{person.rating.reviews ? plural(person.rating.reviews, words.count) : words.title}</h2>
          <Distribution rating={person.rating} />
          <Reviews of={person.id} rating={person.rating} read={ofPerformer(person.id)} kinds />
        </section>
      </div>
    </div>
  );
}

function Head({ person, consults, mine }: { person: Person; consults: boolean; mine: boolean }) {
  return (
    <div class="perf-head">
      <Avatar id={person.id} name={person.display_name} size="xl" {...(consults && { dot: dotOf(person) })} />
      <div class="stack stack-s">
        <h1>{person.display_name}</h1>
        <Said person={person} part="profession" />
        {!mine && (
          <div>
            <Heart kind="people" id={person.id} name={person.display_name} />
          </div>
        )}
      </div>
    </div>
  );
}

/** What they say of themselves: in the reader's language, else in the other, which is marked. */
function Said({ person, part }: { person: Person; part: "profession" | "about" }) {
  const texts: Partial<Record<string, Schemas["SaidOfSelf"]>> = person.texts;
  const own = texts[lang()]?.[part];
  const other = lang() === "ru" ? "en" : "ru";
  const text = own || texts[other]?.[part];
  if (!text) return null;
  const foreign = own ? undefined : other;
  if (part === "profession") return <p lang={foreign}>{text}</p>;
  return (
    <section class="stack stack-s" aria-label={t().performer.about}>
      {foreign && (
        <p>
          <span class="badge">
            <Icon name="globe" />
            {t().common.onlyIn[foreign]}
          </span>
        </p>
      )}
      {paragraphs(text).map((paragraph, n) => (
        <p class={n === 0 ? "lead prose" : "prose"} lang={foreign} key={n}>
          {paragraph}
        </p>
      ))}
    </section>
  );
}

/** What is known of them. What is nothing yet is not shown. */
function Facts({ person }: { person: Person }) {
  const words = t().performer;
  const { rating, sessions_held: held } = person;
  return (
    <dl class="perf-facts" aria-label={words.facts}>
      {rating.stars !== null && (
        <div>
          <dt>
            {rating.reviews > 0 ? (
              <a href="#reviews">{plural(rating.reviews, t().reviews.count)}</a>
            ) : (
              t().reviews.performer.rating
            )}
          </dt>
          <dd>
            <Star />
            <span aria-hidden="true">{stars(rating.stars)}</span>
            <span class="sr">{t().reviews.rated(stars(rating.stars))}</span>
          </dd>
        </div>
      )}
      {held > 0 && (
        <div>
          <dt>{words.held}</dt>
          <dd>{plural(held, words.sessions)}</dd>
        </div>
      )}
      <div>
        <dt>{words.on}</dt>
        <dd>{words.since(monthSince(person.since, lang()))}</dd>
      </div>
    </dl>
  );
}

/** The mean, and what it is made of. */
export function Distribution({ rating }: { rating: Schemas["RatingPage"] }) {
  const words = t().reviews;
  if (rating.stars === null) return <p class="muted">{words.none}</p>;
  const counts = rating.by_stars.map((count, at) => ({ count, of: at + 1 })).reverse();
  return (
    <div class="dist">
      <p class="dist-n num">
        <Star />
        <span aria-hidden="true">{stars(rating.stars)}</span>
        <span class="sr">{words.rated(stars(rating.stars))}</span>
      </p>
      <ul aria-label={words.byStars}>
        {counts.map(({ count, of }) => (
          <li key={of}>
            <span aria-hidden="true">{of}</span>
            <span class="sr">{plural(of, words.stars)}</span>
            <span class="dist-bar" aria-hidden="true">
              <span style={{ width: `${(100 * count) / Math.max(rating.reviews, 1)}%` }} />
            </span>
            <span>{count}</span>
          </li>
        ))}
      </ul>
      {rating.refusals > 0 && <p class="small muted dist-note">{plural(rating.refusals, words.refusals)}</p>}
    </div>
  );
}

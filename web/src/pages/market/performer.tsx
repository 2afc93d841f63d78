/** A performer's public page: who they are, what customers think of them, and when they consult (R16, D24, E4). */
import { useRoute } from "preact-iso";
import { answered, api, type Schemas } from "../../api/client.ts";
import { plural, stars, t } from "../../i18n/index.ts";
import { useTitle } from "../../shell/page.tsx";
import { useFresh } from "../../state/fresh.ts";
import { useQuery } from "../../state/query.ts";
import { ButtonLink } from "../../ui/button.tsx";
import { Hours } from "../../ui/hours.tsx";
import { Empty, ProblemBanner } from "../../ui/notices.tsx";
import { PageSkeleton } from "../../ui/page-skeleton.tsx";
import { Avatar, dotOf, PresenceLine } from "../../ui/person.tsx";
import { Star } from "../../ui/rating.tsx";
import { ofPerformer, Reviews } from "./reviews.tsx";
import "../../styles/market.css";
import "../../styles/reviews.css";

const PRESENCE_MS = 30_000;

type Person = Schemas["PersonPage"];

export default function PerformerPage() {
  const { id = "" } = useRoute().params;
  return <Found key={id} id={id} />;
}

function Found({ id }: { id: string }) {
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
  return (
    <Empty whole icon="search" title={words.title} act={<ButtonLink href="/">{words.way}</ButtonLink>}>
      {words.text}
    </Empty>
  );
}

function Page({ person }: { person: Person }) {
  const words = t().reviews;
  useTitle(person.display_name);
  // Whoever sells works alone has no hours, and nobody calls them.
  const consults = person.hours.grid.some((row) => row.includes("1"));
  return (
    <div class="stack stack-l">
      <div class="perf-head">
        <Avatar id={person.id} name={person.display_name} size="xl" {...(consults && { dot: dotOf(person) })} />
        <div class="stack stack-s">
          <h1>{person.display_name}</h1>
          {consults && <PresenceLine performer={person} />}
        </div>
      </div>
      <section class="stack stack-s perf-said" aria-labelledby="rv">
        <h2 id="rv">{person.rating.reviews ? plural(person.rating.reviews, words.count) : words.title}</h2>
        <Distribution rating={person.rating} />
        <Reviews of={person.id} rating={person.rating} read={ofPerformer(person.id)} kinds />
      </section>
      {consults && (
        <section class="stack" aria-labelledby="hours">
          <h2 id="hours">{t().market.hours.title}</h2>
          <Hours hours={person.hours} />
        </section>
      )}
    </div>
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

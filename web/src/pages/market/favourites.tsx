/** What one has marked: twips and people, the newest first. What was taken off the market stays, and says so (E3). */
import type { ComponentChildren } from "preact";
import { answered, api, type Schemas } from "../../api/client.ts";
import { lang, t } from "../../i18n/index.ts";
import { KIND_ICON } from "../../market/finding.ts";
import { Head, SignedIn } from "../../shell/page.tsx";
import { useFresh } from "../../state/fresh.ts";
import { me } from "../../state/me.ts";
import { useQuery } from "../../state/query.ts";
import { ButtonLink } from "../../ui/button.tsx";
import { Heart } from "../../ui/heart.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Empty, ProblemBanner, Skeleton } from "../../ui/notices.tsx";
import { Avatar, dotOf } from "../../ui/person.tsx";
import { ContentPrices } from "../../ui/price.tsx";
import { Rating } from "../../ui/rating.tsx";
import "../../styles/performer.css";

const PRESENCE_MS = 30_000;

export default function FavouritesPage() {
  return (
    <SignedIn>
      <div class="stack stack-l favourites">
        <Head title={t().favourites.title} />
        <Favourites />
      </div>
    </SignedIn>
  );
}

/** A heart that is taken back leaves its row: one may have slipped. */
function Favourites() {
  const words = t().favourites;
  const found = useQuery(() => answered(api.GET("/me/favourites")), [me.value?.id, lang()]);
  useFresh(found.reload, PRESENCE_MS);
  if (!found.data) {
    return found.problem ? <ProblemBanner problem={found.problem} retry={found.reload} /> : <Skeleton cards={3} />;
  }
  const { twips, people } = found.data;
  return (
    <>
      <ProblemBanner problem={found.problem} retry={found.reload} />
      {twips.length + people.length === 0 && (
        <Empty icon="heart" title={words.none} act={<ButtonLink href="/">{words.way}</ButtonLink>}>
          {words.noneText}
        </Empty>
      )}
      {twips.length > 0 && (
        <section class="stack" aria-labelledby="marked-twips">
          <h2 id="marked-twips">{words.twips}</h2>
          <ul class="ptwips">
            {twips.map((twip) => (
              <li key={twip.id}>
                <TwipRow twip={twip} />
              </li>
            ))}
          </ul>
        </section>
      )}
      {people.length > 0 && (
        <section class="stack" aria-labelledby="marked-people">
          <h2 id="marked-people">{words.people}</h2>
          <ul class="ptwips">
            {people.map((person) => (
              <li key={person.id}>
                <PersonRow person={person} />
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

function TwipRow({ twip }: { twip: Schemas["MarkedTwipCard"] }) {
  const title = twip.content.texts[twip.shown_in]?.title ?? t().market.kinds[twip.kind];
  const foreign = twip.foreign ? twip.shown_in : undefined;
  return (
    <article class="card ptwip marked">
      <Icon name={KIND_ICON[twip.kind]} large />
      <div>
        <p class="pt-kind">
          {t().market.kinds[twip.kind]}
          {foreign && (
            <Badge>
              <Icon name="globe" />
              {t().common.onlyIn[foreign]}
            </Badge>
          )}
          {!twip.on_sale && <Badge>{t().favourites.off}</Badge>}
        </p>
        <h3 lang={foreign}>{twip.on_sale ? <a href={`/twips/${twip.id}`}>{title}</a> : title}</h3>
        <p class="twip-by">
          <span>{twip.performer.display_name}</span>
          <Rating rating={twip.performer.rating} />
        </p>
      </div>
      <div class="pt-price">{twip.on_sale && <ContentPrices content={twip.content} />}</div>
      <Heart kind="twips" id={twip.id} name={title} bare />
    </article>
  );
}

function PersonRow({ person }: { person: Schemas["MarkedPerson"] }) {
  const name = person.display_name;
  return (
    <article class="card ptwip marked">
      <Avatar id={person.id} name={name} {...(person.callable && { dot: dotOf(person) })} />
      <div>
        <h3>{person.here ? <a href={`/performers/${person.id}`}>{name}</a> : name}</h3>
        <p class="twip-by">
          {person.here ? <Rating rating={person.rating} /> : <Badge>{t().favourites.gone}</Badge>}
          {person.callable && <span>{t().common.presence[person.silent ? "silent" : "callable"]}</span>}
        </p>
      </div>
      <Heart kind="people" id={person.id} name={name} bare />
    </article>
  );
}

function Badge({ children }: { children: ComponentChildren }) {
  return <span class="badge">{children}</span>;
}

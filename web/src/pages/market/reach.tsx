/** Whether a performer can be reached, and the way there (R16, R24, E4). */
import type { Schemas } from "../../api/client.ts";
import { clock, day, money, offsetName, placeName, t } from "../../i18n/index.ts";
import { nextHours, reachable } from "../../market/coming.ts";
import { performersClock, wallMs } from "../../market/coming-hours.ts";
import { ownClock, ownZone } from "../../state/zone.ts";
import { ButtonLink } from "../../ui/button.tsx";
import { dotOf, PresenceLine } from "../../ui/person.tsx";

export function Reach(props: {
  person: Schemas["IntroductionView"];
  offers: ReadonlyArray<Schemas["OfferCard"]>;
  mine: boolean;
}) {
  const { person, mine } = props;
  const words = t().performer;
  const first = reachable(props.offers);
  return (
    <aside class="card sticky reach" aria-label={words.reach}>
      <div class="reach-line">
        <span class={`dot dot-${dotOf(person)}`} />
        <PresenceLine performer={person} />
      </div>
      {!person.callable && <Usual hours={person.hours} />}
      {mine ? (
        <>
          <p class="small muted">{words.own}</p>
          <ButtonLink wide icon="pencil" href="/profile#my-page">
            {words.edit}
          </ButtonLink>
        </>
      ) : (
        first &&
        person.callable && (
          <>
            <ButtonLink
              look="primary"
              wide
              icon={first.mode === "video" ? "phone" : "message-circle"}
              href={`/twips/${first.id}/order/${first.mode}`}
            >
              {words.call[first.mode](money(first.price, "round"))}
            </ButtonLink>
            <p class="small muted">{words.first}</p>
          </>
        )
      )}
    </aside>
  );
}

/** When they are usually here next, by the reader's clock, or where the browser does not know it, by theirs. */
function Usual({ hours }: { hours: Schemas["HoursView"] }) {
  const words = t().performer.usual;
  const zone = ownZone();
  const shown = zone ? ownClock : performersClock(hours);
  const next = nextHours(hours, shown);
  if (!next) return null;
  if (next.now) return <p class="small muted reach-next">{words.open}</p>;
  const wall = wallMs(next.startMs, shown);
  const time = clock(wall, "UTC");
  const said =
    next.day === 0 ? words.today(time) : next.day === 1 ? words.tomorrow(time) : words.day(day(wall, "UTC"), time);
  const place = `${placeName(zone ?? hours.zone)}, ${offsetName(shown(next.startMs))}`;
  return (
    <p class="small muted reach-next">
      {said} {words.zone(place)}
    </p>
  );
}

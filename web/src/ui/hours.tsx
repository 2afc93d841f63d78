import type { Schemas } from "../api/client.ts";
import { clock, day, offsetName, placeName, t, weekdays } from "../i18n/index.ts";
import {
  clockChanges,
  daysOf,
  endOf,
  isMidnight,
  isPerformers,
  performersClock,
  type Range,
  wallMs,
} from "../market/coming-hours.ts";
import { ownClock, ownZone } from "../state/zone.ts";
import "../styles/market.css";

/**
 * When a performer consults in the coming week, by the reader's clock (R16, D5). Where the browser does not know its zone, it is the
 * performer's clock. Two hours of two zones are never shown side by side.
 */
export function Hours({ hours }: { hours: Schemas["HoursView"] }) {
  const words = t().market.hours;
  if (hours.coming.length === 0) return <p class="muted">{words.none}</p>;
  const zone = ownZone();
  const shown = zone ? ownClock : performersClock(hours);
  const nowMs = Date.parse(hours.as_of);
  const theirs = `${placeName(hours.zone)}, ${offsetName(hours.offset_minutes)}`;
  const yours = zone && words.yours(`${placeName(zone)}, ${offsetName(shown(nowMs))}`);
  const elsewhere = zone !== hours.zone && !isPerformers(hours, shown);
  const at = (atMs: number) => clock(wallMs(atMs, shown), "UTC");
  const range = ({ fromMs, toMs }: Range) =>
    toMs === endOf(hours)
      ? words.from(at(fromMs))
      : `${fromMs <= nowMs ? words.now : at(fromMs)}–${isMidnight(toMs, shown) ? "24:00" : at(toMs)}`;
  return (
    <>
      <p class="small muted">
        {yours ?? words.inTheirs(theirs)} {elsewhere && words.theirs(theirs)} {words.guide}
        {clockChanges(hours, shown) && ` ${words.change}`}
      </p>
      <ul class="hours">
        {daysOf(hours, shown).map(({ dateMs, ranges, cells }, n) => (
          <li key={dateMs} class={n === 0 ? "today" : undefined}>
            <span class="hours-day">
              <span aria-hidden="true">{weekdays()[(new Date(dateMs).getUTCDay() + 6) % 7]}</span>
              <span class="sr">
                {weekdays("long")[(new Date(dateMs).getUTCDay() + 6) % 7]}, {day(dateMs, "UTC")}
              </span>
              <small aria-hidden="true">{new Date(dateMs).getUTCDate()}</small>
            </span>
            <span class="strip" aria-hidden="true">
              {cells.map((on, hour) => (
                <i key={hour} class={on ? "on" : undefined} />
              ))}
            </span>
            <span class={ranges.length ? undefined : "muted"}>
              {ranges.length ? ranges.map(range).join(", ") : words.closed}
            </span>
          </li>
        ))}
        <li class="axis" aria-hidden="true">
          <span />
          <span class="strip strip-axis">
            <span>0</span>
            <span>6</span>
            <span>12</span>
            <span>18</span>
          </span>
        </li>
      </ul>
    </>
  );
}

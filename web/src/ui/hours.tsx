import type { Schemas } from "../api/client.ts";
import { clocksChange, daysOf, isMidnight, type Range } from "../market/hours.ts";
import { day, weekdays } from "../words/formats.ts";
import { clock, lang, t, zoneName } from "../words/index.ts";
import "../styles/market.css";

/** When a performer consults in the coming week, by the reader's clock (R16, D5). Two hours of two zones are never shown side by side. */
export function Hours({ hours, nowMs = Date.now() }: { hours: Schemas["HoursView"]; nowMs?: number }) {
  const words = t().market.hours;
  if (hours.coming.length === 0) return <p class="muted">{words.none}</p>;
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const names = weekdays(lang());
  const range = ({ fromMs, toMs }: Range) =>
    `${fromMs <= nowMs ? words.now : clock(fromMs, zone)}–${isMidnight(toMs, zone) ? "24:00" : clock(toMs, zone)}`;
  return (
    <>
      <p class="small muted">
        {words.yours(zoneName(zone))} {hours.zone !== zone && words.theirs(zoneName(hours.zone))} {words.guide}
        {clocksChange(zone, nowMs) && ` ${words.change}`}
      </p>
      <ul class="hours">
        {daysOf(hours.coming, zone, nowMs).map(({ dateMs, ranges, cells }, n) => (
          <li key={dateMs} class={n === 0 ? "today" : undefined}>
            <span class="hours-day">
              <span aria-hidden="true">{names[(new Date(dateMs).getUTCDay() + 6) % 7]}</span>
              <span class="sr">
                {weekdays(lang(), "long")[(new Date(dateMs).getUTCDay() + 6) % 7]}, {day(dateMs, lang())}
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

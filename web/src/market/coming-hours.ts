/** A performer's coming hours on a clock (R16, D5). Pure: the clock and the instants are arguments. */
import type { Schemas } from "../api/client.ts";

type Hours = Schemas["HoursView"];

const DAYS = 7;
const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** Every offset from UTC in force today is a whole number of these, and so is every change of one. */
const STEP_MS = 15 * MINUTE_MS;

/** A clock: how many minutes it is east of UTC at an instant. */
export type Clock = (atMs: number) => number;

/** The performer's, as the service says it: their zone's rules are nobody else's to know. Right now and in the coming hours. */
export function performersClock({ offset_minutes, coming }: Hours): Clock {
  return (atMs) => coming.findLast(({ starts_at }) => Date.parse(starts_at) <= atMs)?.offset_minutes ?? offset_minutes;
}

export interface Range {
  fromMs: number;
  /** Excluded. */
  toMs: number;
}

export interface Day {
  /** UTC midnight of the calendar day: format it in the zone "UTC". */
  dateMs: number;
  ranges: Range[];
  /** By hour of the clock, whether any of it is open. */
  cells: boolean[];
}

/** When the service's answer ends: what is open then goes on, as far as the answer knows. */
export function endOf({ as_of }: Hours): number {
  return Date.parse(as_of) + DAYS * DAY_MS;
}

/** What the clock shows at an instant, as the UTC instant of the same looks: format it in the zone "UTC". */
export function wallMs(atMs: number, clock: Clock): number {
  return atMs + clock(atMs) * MINUTE_MS;
}

/**
 * Seven days from today on, and as many more as the coming hours touch. The answer's week ends in the middle of a day. Stretches are cut at
 * the clock's midnights; the hour that a spring change leaves out is in none.
 */
export function daysOf({ as_of, coming }: Hours, clock: Clock): Day[] {
  const today = dateOf(Date.parse(as_of), clock);
  const days = Array.from({ length: DAYS }, (_, n) => closed(today + n * DAY_MS));
  for (const { starts_at, ends_at } of coming) {
    const endMs = Date.parse(ends_at);
    for (let fromMs = Date.parse(starts_at); fromMs < endMs; ) {
      const toMs = Math.min(endMs, fromMs - (fromMs % STEP_MS) + STEP_MS);
      const dateMs = dateOf(fromMs, clock);
      while (today + days.length * DAY_MS <= dateMs) days.push(closed(today + days.length * DAY_MS));
      const day = days.find((it) => it.dateMs === dateMs);
      if (day) open(day, new Date(wallMs(fromMs, clock)).getUTCHours(), { fromMs, toMs });
      fromMs = toMs;
    }
  }
  return days;
}

function dateOf(atMs: number, clock: Clock): number {
  const shownMs = wallMs(atMs, clock);
  return shownMs - (shownMs % DAY_MS);
}

function closed(dateMs: number): Day {
  return { dateMs, ranges: [], cells: Array.from({ length: 24 }, () => false) };
}

function open(day: Day, hour: number, { fromMs, toMs }: Range): void {
  day.cells[hour] = true;
  const last = day.ranges.at(-1);
  if (last?.toMs === fromMs) last.toMs = toMs;
  else day.ranges.push({ fromMs, toMs });
}

/** Whether the instant is midnight on the clock: as an end it is 24:00. */
export function isMidnight(atMs: number, clock: Clock): boolean {
  return wallMs(atMs, clock) % DAY_MS === 0;
}

/** Whether the clock is changed within the seven days. */
export function clockChanges(hours: Hours, clock: Clock): boolean {
  return clock(Date.parse(hours.as_of)) !== clock(endOf(hours));
}

/** Whether the clock shows what the performer's does, now and in all of the coming hours. */
export function isPerformers(hours: Hours, clock: Clock): boolean {
  return (
    clock(Date.parse(hours.as_of)) === hours.offset_minutes &&
    hours.coming.every(
      ({ starts_at, ends_at, offset_minutes }) =>
        clock(Date.parse(starts_at)) === offset_minutes && clock(Date.parse(ends_at) - 1) === offset_minutes,
    )
  );
}

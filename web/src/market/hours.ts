/** A performer's coming hours on the reader's own clock (R16, D5). Pure: the zone and the instant are arguments. */
import type { Schemas } from "../api/client.ts";

const DAYS = 7;
const DAY_MS = 86_400_000;
/** Every offset from UTC in force today is a whole number of these, and so is every change of one. */
const STEP_MS = 15 * 60_000;

export interface Range {
  fromMs: number;
  /** Excluded. */
  toMs: number;
}

export interface Day {
  /** UTC midnight of the calendar day: format it in the zone "UTC". */
  dateMs: number;
  ranges: Range[];
  /** By hour of the reader's clock, whether any of it is open. */
  cells: boolean[];
}

interface Wall {
  dateMs: number;
  hour: number;
  minute: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** What a clock on a wall of the zone shows at an instant. */
function wall(atMs: number, zone: string): Wall {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat("en-GB", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
    });
    formats.set(zone, format);
  }
  const parts = Object.fromEntries(format.formatToParts(new Date(atMs)).map((part) => [part.type, Number(part.value)]));
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0 } = parts;
  return { dateMs: Date.UTC(year, month - 1, day), hour, minute };
}

/** Seven days from today on. Stretches are cut at the reader's midnights; the hour that a spring change leaves out is in none. */
export function daysOf(coming: readonly Schemas["StretchView"][], zone: string, nowMs: number): Day[] {
  const today = wall(nowMs, zone).dateMs;
  const days: Day[] = Array.from({ length: DAYS }, (_, n) => ({
    dateMs: today + n * DAY_MS,
    ranges: [],
    cells: Array.from({ length: 24 }, () => false),
  }));
  const byDate = new Map(days.map((day) => [day.dateMs, day]));
  for (const { starts_at, ends_at } of coming) {
    const endMs = Date.parse(ends_at);
    for (let fromMs = Date.parse(starts_at); fromMs < endMs; ) {
      const toMs = Math.min(endMs, fromMs - (fromMs % STEP_MS) + STEP_MS);
      const { dateMs, hour } = wall(fromMs, zone);
      const day = byDate.get(dateMs);
      if (day) {
        day.cells[hour] = true;
        const last = day.ranges.at(-1);
        if (last?.toMs === fromMs) last.toMs = toMs;
        else day.ranges.push({ fromMs, toMs });
      }
      fromMs = toMs;
    }
  }
  return days;
}

/** Whether the instant is midnight there: as an end it is 24:00. */
export function isMidnight(atMs: number, zone: string): boolean {
  const { hour, minute } = wall(atMs, zone);
  return hour === 0 && minute === 0;
}

/** Whether the zone's clocks are changed within the seven days. */
export function clocksChange(zone: string, nowMs: number): boolean {
  return offsetMs(nowMs, zone) !== offsetMs(nowMs + DAYS * DAY_MS, zone);
}

function offsetMs(atMs: number, zone: string): number {
  const { dateMs, hour, minute } = wall(atMs, zone);
  return dateMs + (hour * 60 + minute) * 60_000 - (atMs - (atMs % 60_000));
}

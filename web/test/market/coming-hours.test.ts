import { expect, test } from "vitest";
import { clock } from "../../src/i18n/formats.ts";
import {
  type Clock,
  clockChanges,
  type Day,
  daysOf,
  endOf,
  isMidnight,
  isPerformers,
  performersClock,
  wallMs,
} from "../../src/market/coming-hours.ts";

const HOUR = 3_600_000;
const WEEK = 7 * 24 * HOUR;

/** The clock of a zone by the rules of this engine, which answers slowly. */
function clockOf(zone: string): Clock {
  const format = new Intl.DateTimeFormat("en-US", { timeZone: zone, timeZoneName: "longOffset" });
  const seen = new Map<number, number>();
  return (atMs) => {
    const quarter = Math.floor(atMs / (HOUR / 4));
    const known = seen.get(quarter);
    if (known !== undefined) return known;
    const [, sign, h, m] = /GMT(?:([+-])(\d\d):(\d\d))?$/.exec(format.format(atMs)) ?? [];
    const offset = sign ? Number(`${sign}1`) * (Number(h) * 60 + Number(m)) : 0;
    seen.set(quarter, offset);
    return offset;
  };
}

interface Told {
  starts_at: string;
  ends_at: string;
  offset_minutes: number;
}

const stretch = (starts_at: string, ends_at: string, offset_minutes = 0): Told => ({
  starts_at,
  ends_at,
  offset_minutes,
});
const hours = (as_of: string, coming: Told[], zone = "UTC", offset_minutes = 0) => ({
  zone,
  grid: [],
  offset_minutes,
  coming,
  as_of,
});

/** What the service answers of a performer who consults at these hours of these weekdays (0 is Monday). */
function answer(zone: string, there: Clock, weekdays: number[], from: number, to: number, nowMs: number) {
  const coming: Told[] = [];
  for (let atMs = nowMs - (nowMs % (HOUR / 4)); atMs < nowMs + WEEK; atMs += HOUR / 4) {
    const shown = new Date(wallMs(atMs, there));
    const hour = shown.getUTCHours();
    if (!weekdays.includes((shown.getUTCDay() + 6) % 7) || hour < from || hour >= to) continue;
    const [starts_at, ends_at] = [Math.max(atMs, nowMs), Math.min(atMs + HOUR / 4, nowMs + WEEK)].map((ms) =>
      new Date(ms).toISOString(),
    ) as [string, string];
    const last = coming.at(-1);
    if (last?.ends_at === starts_at && last.offset_minutes === there(atMs)) last.ends_at = ends_at;
    else coming.push({ starts_at, ends_at, offset_minutes: there(atMs) });
  }
  return hours(new Date(nowMs).toISOString(), coming, zone, there(nowMs));
}

const shown = (told: ReturnType<typeof hours>, reader: Clock) =>
  daysOf(told, reader).map((day) => [
    new Date(day.dateMs).toISOString().slice(0, 10),
    ...day.ranges.map(
      (it) => `${clock(wallMs(it.fromMs, reader), "en", "UTC")}-${clock(wallMs(it.toMs, reader), "en", "UTC")}`,
    ),
  ]);

test("seven days are shown, from the reader's today on", () => {
  const days = daysOf(hours("2026-11-26T20:00:00Z", []), clockOf("Asia/Tokyo"));
  expect(days.map((day) => new Date(day.dateMs).getUTCDate())).toEqual([27, 28, 29, 30, 1, 2, 3]);
});

test("the performer's hours stand on the reader's clock", () => {
  const moscowTenToTwo = hours("2026-11-29T12:00:00Z", [stretch("2026-11-30T07:00:00Z", "2026-11-30T11:00:00Z", 180)]);
  expect(shown(moscowTenToTwo, clockOf("Europe/London"))[1]).toEqual(["2026-11-30", "07:00-11:00"]);
  expect(shown(moscowTenToTwo, clockOf("Asia/Kolkata"))[1]).toEqual(["2026-11-30", "12:30-16:30"]);
  expect(shown(moscowTenToTwo, performersClock(moscowTenToTwo))[1]).toEqual(["2026-11-30", "10:00-14:00"]);
});

test("an evening that goes past the reader's midnight is two days' hours", () => {
  const evening = hours("2026-11-29T12:00:00Z", [stretch("2026-11-30T18:00:00Z", "2026-11-30T22:00:00Z")]);
  const days = shown(evening, clockOf("Europe/Moscow"));
  expect(days[1]).toEqual(["2026-11-30", "21:00-00:00"]);
  expect(days[2]).toEqual(["2026-12-01", "00:00-01:00"]);
});

test("the same hours of the performer move on the reader's clock when it is changed", () => {
  // 10:00 to 12:00 in Moscow, which keeps its clocks, on the days around the change in London.
  const coming = [24, 25].map((d) => stretch(`2026-10-${d}T07:00:00Z`, `2026-10-${d}T09:00:00Z`, 180));
  const told = hours("2026-10-23T12:00:00Z", coming, "Europe/Moscow", 180);
  const days = shown(told, clockOf("Europe/London"));
  expect(days[1]).toEqual(["2026-10-24", "08:00-10:00"]);
  expect(days[2]).toEqual(["2026-10-25", "07:00-09:00"]);
  expect(clockChanges(told, clockOf("Europe/London"))).toBe(true);
  expect(clockChanges(told, clockOf("Europe/Moscow"))).toBe(false);
});

test("the hour that the spring change leaves out is in no cell", () => {
  const told = hours("2026-03-29T00:00:00Z", [stretch("2026-03-29T00:00:00Z", "2026-03-29T03:00:00Z")]);
  const [day] = daysOf(told, clockOf("Europe/London"));
  expect(day?.cells.flatMap((on, hour) => (on ? [hour] : []))).toEqual([0, 2, 3]);
  expect(day?.ranges).toHaveLength(1);
});

test("the hour that the autumn change repeats is one cell, and its stretch is whole, though it was told in two", () => {
  const told = hours("2026-10-24T23:30:00Z", [
    stretch("2026-10-25T00:00:00Z", "2026-10-25T01:00:00Z", 60),
    stretch("2026-10-25T01:00:00Z", "2026-10-25T02:00:00Z", 0),
  ]);
  for (const reader of [clockOf("Europe/London"), performersClock(told)]) {
    const day = daysOf(told, reader).find((it) => it.ranges.length > 0);
    expect(day?.cells.flatMap((on, hour) => (on ? [hour] : []))).toEqual([1]);
    expect(day?.ranges).toEqual([
      { fromMs: Date.parse("2026-10-25T00:00:00Z"), toMs: Date.parse("2026-10-25T02:00:00Z") },
    ]);
  }
});

test("what is left of today begins now, and next week's same weekday is a day of its own that ends where the answer does", () => {
  const told = hours("2026-11-27T09:40:00Z", [
    stretch("2026-11-27T09:40:00Z", "2026-11-27T11:00:00Z"),
    stretch("2026-12-04T07:00:00Z", "2026-12-04T09:40:00Z"),
  ]);
  const days = shown(told, clockOf("UTC"));
  expect(days[0]).toEqual(["2026-11-27", "09:40-11:00"]);
  expect(days.slice(1, 7).every((day) => day.length === 1)).toBe(true);
  expect(days.slice(7)).toEqual([["2026-12-04", "07:00-09:40"]]);
  expect(endOf(told)).toBe(Date.parse("2026-12-04T09:40:00Z"));
});

test("a performer's Tuesday, read on a Tuesday afternoon west of it, is next Tuesday", () => {
  // 14:00 in New York, 20:00 in Berlin.
  const told = answer("Europe/Berlin", clockOf("Europe/Berlin"), [1], 9, 18, Date.parse("2026-12-01T19:00:00Z"));
  const days = shown(told, clockOf("America/New_York"));
  expect(days.map(([date]) => date)).toEqual([1, 2, 3, 4, 5, 6, 7, 8].map((d) => `2026-12-0${d}`));
  expect(days.flatMap(([, ...ranges]) => ranges)).toEqual(["03:00-12:00"]);
});

test("late in the evening before clocks go forward the week touches nine dates", () => {
  const told = answer(
    "Asia/Tokyo",
    clockOf("Asia/Tokyo"),
    [0, 1, 2, 3, 4, 5, 6],
    0,
    24,
    Date.parse("2026-03-27T23:30:00Z"),
  );
  const days = shown(told, clockOf("Europe/London"));
  expect(days).toHaveLength(9);
  expect(days[8]).toEqual(["2026-04-04", "00:00-00:30"]);
});

const PERFORMERS = ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Niue"];
const READERS = [
  ...["America/New_York", "America/Los_Angeles", "Europe/London", "Europe/Berlin", "Asia/Kathmandu", "Asia/Tokyo"],
  ...["Australia/Lord_Howe", "Pacific/Kiritimati", "Pacific/Niue", "America/Santiago"],
];
const MOMENTS = [
  ...["2026-12-01T19:00:00Z", "2026-03-27T23:30:00Z", "2026-03-07T04:59:00Z", "2026-10-24T10:10:10Z"],
  ...["2026-10-31T23:59:59Z", "2027-04-02T13:00:00Z", "2027-12-31T11:45:00Z", "2028-02-28T00:00:00Z"],
];
const WEEKS: Array<[number[], number, number]> = [
  [[1], 9, 18],
  [[0, 2, 6], 22, 24],
  [[0, 1, 2, 3, 4, 5, 6], 0, 24],
];

test.each(MOMENTS)("every quarter of an hour that the service answers is shown once, on its date: %s", (moment) => {
  const clocks = new Map([...PERFORMERS, ...READERS].map((zone) => [zone, clockOf(zone)]));
  const wrong: string[] = [];
  for (const performer of PERFORMERS)
    for (const [weekdays, from, to] of WEEKS) {
      const told = answer(performer, clocks.get(performer) as Clock, weekdays, from, to, Date.parse(moment));
      const wanted = quarters(told.coming.map((it) => [Date.parse(it.starts_at), Date.parse(it.ends_at)]));
      for (const name of [...READERS, null]) {
        const reader = name ? (clocks.get(name) as Clock) : performersClock(told);
        const days = daysOf(told, reader);
        const [dates, found] = [days.map((day) => day.dateMs), days.map((day) => quartersOf(day))];
        const today = dateOf(Date.parse(moment), reader);
        const right =
          same(found.flat(), wanted) &&
          same(
            dates,
            Array.from({ length: Math.max(7, dates.length) }, (_, n) => today + n * 24 * HOUR),
          ) &&
          (dates.length === 7 || found.at(-1)?.length !== 0) &&
          days.every((day, n) => found[n]?.every((at) => dateOf(at, reader) === day.dateMs)) &&
          days.every((day, n) => same(lit(day), hoursOf(found[n] ?? [], reader)));
        if (!right) wrong.push(`${performer} on ${weekdays} read in ${name ?? "their own zone"}`);
      }
    }
  expect(wrong).toEqual([]);
});

function quarters(ranges: Array<[number, number]>): number[] {
  return ranges.flatMap(([fromMs, toMs]) => {
    const found: number[] = [];
    for (let at = fromMs; at < toMs; at += HOUR / 4 - (at % (HOUR / 4))) found.push(at);
    return found;
  });
}

const quartersOf = (day: Day) => quarters(day.ranges.map((it) => [it.fromMs, it.toMs]));
const lit = (day: Day) => day.cells.flatMap((on, hour) => (on ? [hour] : []));
const hoursOf = (moments: number[], reader: Clock) =>
  [...new Set(moments.map((at) => new Date(wallMs(at, reader)).getUTCHours()))].sort((one, other) => one - other);
const dateOf = (atMs: number, reader: Clock) => Math.floor(wallMs(atMs, reader) / (24 * HOUR)) * 24 * HOUR;
const same = (one: number[], other: number[]) => one.join() === other.join();

test("an end at midnight is known as one", () => {
  expect(isMidnight(Date.parse("2026-11-27T21:00:00Z"), clockOf("Europe/Moscow"))).toBe(true);
  expect(isMidnight(Date.parse("2026-11-27T21:15:00Z"), clockOf("Europe/Moscow"))).toBe(false);
});

test("a clock is the performer's when it shows the same in all of their hours, whatever its zone is called", () => {
  const told = answer("Asia/Kolkata", clockOf("Asia/Kolkata"), [0, 1, 2], 9, 18, Date.parse("2026-12-01T19:00:00Z"));
  expect(isPerformers(told, clockOf("Asia/Calcutta"))).toBe(true);
  expect(isPerformers(told, clockOf("Asia/Kathmandu"))).toBe(false);
  expect(isPerformers(told, performersClock(told))).toBe(true);
  // The same today, and another one after the change on Sunday.
  const cairo = answer("Africa/Cairo", clockOf("Africa/Cairo"), [0, 1, 2], 9, 18, Date.parse("2026-10-24T10:00:00Z"));
  expect(clockOf("Europe/Kyiv")(Date.parse(cairo.as_of))).toBe(cairo.offset_minutes);
  expect(isPerformers(cairo, clockOf("Europe/Kyiv"))).toBe(false);
});

test("the performer's clock goes by what the service says, also where it is changed", () => {
  const told = answer(
    "America/New_York",
    clockOf("America/New_York"),
    [5, 6],
    0,
    24,
    Date.parse("2026-10-30T12:00:00Z"),
  );
  const there = performersClock(told);
  expect(there(Date.parse(told.as_of))).toBe(-240);
  expect(there(Date.parse("2026-11-01T05:59:00Z"))).toBe(-240);
  expect(there(Date.parse("2026-11-01T06:00:00Z"))).toBe(-300);
  expect(clockChanges(told, there)).toBe(true);
});

import { expect, test } from "vitest";
import { clocksChange, daysOf, isMidnight } from "../../src/market/hours.ts";
import { clock } from "../../src/words/formats.ts";

const stretch = (starts_at: string, ends_at: string) => ({ starts_at, ends_at });
const shown = (coming: { starts_at: string; ends_at: string }[], zone: string, now: string) =>
  daysOf(coming, zone, Date.parse(now)).map((day) => [
    new Date(day.dateMs).toISOString().slice(0, 10),
    ...day.ranges.map((it) => `${clock(it.fromMs, "en", zone)}-${clock(it.toMs, "en", zone)}`),
  ]);

test("seven days are shown, from the reader's today on", () => {
  const days = daysOf([], "Asia/Tokyo", Date.parse("2026-11-26T20:00:00Z"));
  expect(days.map((day) => new Date(day.dateMs).getUTCDate())).toEqual([27, 28, 29, 30, 1, 2, 3]);
});

test("the performer's hours stand on the reader's clock", () => {
  const moscowTenToTwo = [stretch("2026-11-30T07:00:00Z", "2026-11-30T11:00:00Z")];
  expect(shown(moscowTenToTwo, "Europe/London", "2026-11-29T12:00:00Z")[1]).toEqual(["2026-11-30", "07:00-11:00"]);
  expect(shown(moscowTenToTwo, "Asia/Kolkata", "2026-11-29T12:00:00Z")[1]).toEqual(["2026-11-30", "12:30-16:30"]);
});

test("an evening that goes past the reader's midnight is two days' hours", () => {
  const days = shown(
    [stretch("2026-11-30T18:00:00Z", "2026-11-30T22:00:00Z")],
    "Europe/Moscow",
    "2026-11-29T12:00:00Z",
  );
  expect(days[1]).toEqual(["2026-11-30", "21:00-00:00"]);
  expect(days[2]).toEqual(["2026-12-01", "00:00-01:00"]);
});

test("the same hours of the performer move on the reader's clock when it is changed", () => {
  // 10:00 to 12:00 in Moscow, which keeps its clocks, on the days around the change in London.
  const coming = [24, 25].map((d) => stretch(`2026-10-${d}T07:00:00Z`, `2026-10-${d}T09:00:00Z`));
  const days = shown(coming, "Europe/London", "2026-10-23T12:00:00Z");
  expect(days[1]).toEqual(["2026-10-24", "08:00-10:00"]);
  expect(days[2]).toEqual(["2026-10-25", "07:00-09:00"]);
  expect(clocksChange("Europe/London", Date.parse("2026-10-23T12:00:00Z"))).toBe(true);
  expect(clocksChange("Europe/Moscow", Date.parse("2026-10-23T12:00:00Z"))).toBe(false);
});

test("the hour that the spring change leaves out is in no cell", () => {
  const [day] = daysOf(
    [stretch("2026-03-29T00:00:00Z", "2026-03-29T03:00:00Z")],
    "Europe/London",
    Date.parse("2026-03-29T00:00:00Z"),
  );
  expect(day?.cells.flatMap((on, hour) => (on ? [hour] : []))).toEqual([0, 2, 3]);
  expect(day?.ranges).toHaveLength(1);
});

test("the hour that the autumn change repeats is one cell, and its stretch is whole", () => {
  const [day] = daysOf(
    [stretch("2026-10-25T00:00:00Z", "2026-10-25T02:00:00Z")],
    "Europe/London",
    Date.parse("2026-10-24T23:30:00Z"),
  );
  expect(day?.cells.flatMap((on, hour) => (on ? [hour] : []))).toEqual([1]);
  expect(day?.ranges).toEqual([
    { fromMs: Date.parse("2026-10-25T00:00:00Z"), toMs: Date.parse("2026-10-25T02:00:00Z") },
  ]);
});

test("what is left of today begins now, and next week's same weekday is not mixed into it", () => {
  const coming = [
    stretch("2026-11-27T09:40:00Z", "2026-11-27T11:00:00Z"),
    stretch("2026-12-04T07:00:00Z", "2026-12-04T09:40:00Z"),
  ];
  const days = shown(coming, "UTC", "2026-11-27T09:40:00Z");
  expect(days[0]).toEqual(["2026-11-27", "09:40-11:00"]);
  expect(days).toHaveLength(7);
  expect(days.slice(1).every((day) => day.length === 1)).toBe(true);
});

test("an end at midnight is known as one", () => {
  expect(isMidnight(Date.parse("2026-11-27T21:00:00Z"), "Europe/Moscow")).toBe(true);
  expect(isMidnight(Date.parse("2026-11-27T21:15:00Z"), "Europe/Moscow")).toBe(false);
});

import { expect, test } from "vitest";
import type { Schemas } from "../../src/api/client.ts";
import { monthSince, nextHours, reachable } from "../../src/market/coming.ts";

const MOSCOW = () => 180;
const hours = (as_of: string, ...starts: string[]): Schemas["HoursView"] => ({
  zone: "Europe/Moscow",
  offset_minutes: 180,
  grid: [],
  coming: starts.map((starts_at) => ({ starts_at, ends_at: starts_at, offset_minutes: 180 })),
  as_of,
});

test("the next hours are today, tomorrow or later by the reader's clock, not by UTC's", () => {
  const at = "2026-11-27T19:30:00.000Z";
  const moscow = nextHours(hours(at, "2026-11-27T21:00:00.000Z"), MOSCOW);
  expect(moscow).toMatchObject({ now: false, day: 1 });
  expect(nextHours(hours(at, "2026-11-27T21:00:00.000Z"), () => 0)?.day).toBe(0);
  expect(nextHours(hours(at, "2026-11-30T07:00:00.000Z"), MOSCOW)?.day).toBe(3);
  expect(nextHours(hours(at, "2026-11-27T19:00:00.000Z"), MOSCOW)?.now).toBe(true);
  expect(nextHours(hours(at), MOSCOW)).toBeNull();
});

test("a month stands in the case that the language asks for", () => {
  expect(monthSince("2025-03-15T10:00:00.000Z", "ru")).toBe("марта\u00a02025");
  expect(monthSince("2025-03-15T10:00:00.000Z", "en")).toBe("March\u00a02025");
});

const rub = (amount_minor: number) => ({ amount_minor, currency: "RUB" });
const offer = (id: string, prices: Schemas["ContentView"]["prices"]) =>
  ({ id, content: { prices } }) as unknown as Schemas["OfferCard"];

test("the button leads to the cheapest video call, to a chat only where nobody sells a call, and else nowhere", () => {
  const [dear, cheap] = [offer("dear", { video: rub(90_000) }), offer("cheap", { video: rub(75_000), text: rub(100) })];
  expect(reachable([dear, cheap])).toEqual({ id: "cheap", mode: "video", price: rub(75_000) });
  expect(reachable([offer("chat", { text: rub(45_000) })])).toMatchObject({ id: "chat", mode: "text" });
  expect(reachable([offer("work", {})])).toBeNull();
});

/** When a performer is usually here next, and since when they are here at all (D5, E4). Pure: clocks and instants are arguments. */
import type { Schemas } from "../api/client.ts";
import type { Lang } from "../i18n/formats.ts";
import { type Clock, wallMs } from "./coming-hours.ts";

const DAY_MS = 86_400_000;

/** The next of the usual hours. `day`: 0 today, 1 tomorrow, by the clock. Null: they have none; `now`: these are some. */
export function nextHours(
  hours: Schemas["HoursView"],
  clock: Clock,
): { now: boolean; startMs: number; day: number } | null {
  const next = hours.coming[0];
  if (!next) return null;
  const [nowMs, startMs] = [Date.parse(hours.as_of), Date.parse(next.starts_at)];
  const dayOf = (atMs: number) => Math.floor(wallMs(atMs, clock) / DAY_MS);
  return { now: startMs <= nowMs, startMs, day: dayOf(startMs) - dayOf(nowMs) };
}

/** «марта 2025», "March 2025": as it stands behind "since". */
export function monthSince(at: string, lang: Lang): string {
  const format = new Intl.DateTimeFormat(lang === "ru" ? "ru-RU" : "en-GB", {
    day: "numeric",
    month: "long",
    year: "numeric",
  });
  const parts = format.formatToParts(new Date(at));
  const part = (type: string) => parts.find((it) => it.type === type)?.value ?? "";
  return `${part("month")}\u00a0${part("year")}`;
}

/** What the filled button buys: the cheapest video call on offer, or, where there is none, the cheapest chat. */
export function reachable(offers: ReadonlyArray<Schemas["OfferCard"]>) {
  for (const mode of ["video", "text"] as const) {
    const priced = offers.flatMap(({ id, content }) => {
      const price = content.prices[mode];
      return price ? [{ id, mode, price }] : [];
    });
    const [first] = priced.sort((a, b) => a.price.amount_minor - b.price.amount_minor);
    if (first) return first;
  }
  return null;
}

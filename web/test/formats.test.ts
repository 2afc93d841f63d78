import { describe, expect, it, test } from "vitest";
import { change, clock, day, duration, money, plural, span, stars, typedMoney, weekdays } from "../src/i18n/formats.ts";

const rub = (amount_minor: number) => ({ amount_minor, currency: "RUB" });
const plain = (text: string) => text.replaceAll(/\s/g, " ");
const twips = { one: "твип", few: "твипа", many: "твипов", other: "твипа" };

describe("money", () => {
  it("is exact where it is confirmed, and drops zero kopecks in lists", () => {
    expect(plain(money(rub(120_000), "ru"))).toBe("1 200,00 ₽");
    expect(money(rub(120_000), "en")).toBe("₽1,200.00");
    expect(plain(money(rub(120_000), "ru", "round"))).toBe("1 200 ₽");
    expect(money(rub(120_050), "en", "round")).toBe("₽1,200.50");
  });

  it("has a real minus, and a plus for income", () => {
    expect(change(rub(-26_000), "en")).toBe("−₽260.00");
    expect(plain(change(rub(26_000), "ru"))).toBe("+260,00 ₽");
  });

  it.each([
    ["1500", 150_000],
    ["1 500,5", 150_050],
    ["0.01", 1],
    ["", null],
    ["-5", null],
    ["1.005", null],
    ["12e3", null],
    ["1,2,3", null],
  ])("is typed as %s", (text, minor) => {
    expect(typedMoney(text)).toBe(minor);
  });
});

describe("time", () => {
  it("of a session grows an hour when it needs one", () => {
    expect([0, 768_000, 3_730_000, -5].map(duration)).toEqual(["0:00", "12:48", "1:02:10", "0:00"]);
  });

  it("is told on a 24 hour clock in the zone that is asked for", () => {
    const at = Date.UTC(2026, 10, 23, 11, 47);
    expect(clock(at, "ru", "Europe/Moscow")).toBe("14:47");
    expect(clock(Date.UTC(2026, 10, 23, 21, 5), "en", "Europe/Moscow")).toBe("00:05");
  });

  it("names the year when it is another", () => {
    expect(day("2026-11-23T09:00:00Z", "ru", Date.UTC(2026, 11, 1))).toBe("23\u00a0ноября");
    expect(day("2025-11-23T09:00:00Z", "en", Date.UTC(2026, 11, 1))).toBe("23\u00a0November 2025");
    expect(day("2025-11-23T09:00:00Z", "ru", Date.UTC(2026, 11, 1))).toBe("23\u00a0ноября 2025\u00a0г.");
  });

  it("has weeks that begin on Monday", () => {
    expect(weekdays("en")).toEqual(["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]);
    expect(weekdays("ru")[0]).toBe("пн");
  });
});

it.each([
  [1, "1\u00a0твип"],
  [2, "2\u00a0твипа"],
  [5, "5\u00a0твипов"],
  [21, "21\u00a0твип"],
  [112, "112\u00a0твипов"],
])("%i twips in Russian", (n, text) => {
  expect(plural(n, twips, "ru")).toBe(text);
});

describe("what is left of a term", () => {
  const [second, minute, hour, dayMs] = [1_000, 60_000, 3_600_000, 86_400_000];

  it("is told by its two largest units", () => {
    expect(plain(span(3 * dayMs + 4 * hour + 59 * minute, "ru"))).toBe("3 дня 4 часа");
    expect(plain(span(3 * dayMs + 59 * minute, "en"))).toBe("3 days");
    expect(plain(span(hour + 12 * minute, "en"))).toBe("1 hour 12 minutes");
    expect(plain(span(21 * minute + 30 * second, "ru"))).toBe("21 минута");
  });

  it("counts seconds at the end, and never below none", () => {
    expect(plain(span(59 * second, "en"))).toBe("59 seconds");
    expect(plain(span(-1, "en"))).toBe("0 seconds");
  });
});

test("a rating has one decimal in both languages, also where it is whole", () => {
  expect([stars(4.7, "ru"), stars(4.7, "en"), stars(5, "ru"), stars(5, "en")]).toEqual(["4,7", "4.7", "5,0", "5.0"]);
});

import { expect, test } from "vitest";
import description from "../../docs/api/openapi.json";
import { en } from "../src/i18n/en/index.ts";
import { offsetName, percent, placeName, sign } from "../src/i18n/formats.ts";
import { ru } from "../src/i18n/ru/index.ts";
import { shareOf } from "../src/market/order-rules.ts";
import { LARGEST_MINOR, missingFor, picksFor, typedAmount } from "../src/money/amounts.ts";
import { forgetTopUp, recall, remember } from "../src/money/begun.ts";
import { joined, nextCursor } from "../src/money/csv.ts";

test("what is missing is offered to the last kopeck, first", () => {
  expect(missingFor(60_050, 25_001)).toBe(35_049);
  expect(picksFor(35_049, 60_050)).toEqual([
    { minor: 35_049, why: "exact" },
    { minor: 95_099, why: "more" },
  ]);
});

test("an account that has enough lacks nothing, and usual sums are offered", () => {
  expect(missingFor(60_000, 60_000)).toBe(0);
  expect(missingFor(60_000, 90_000)).toBe(0);
  expect(picksFor(0).map(({ why }) => why)).toEqual(["plain", "plain", "plain"]);
});

test("a debt is part of what is missing", () => {
  expect(missingFor(60_000, -10_000)).toBe(70_000);
});

test("more than one top-up may be is offered in the largest part", () => {
  expect(picksFor(LARGEST_MINOR + 1)).toEqual([{ minor: LARGEST_MINOR, why: "part" }]);
  expect(picksFor(LARGEST_MINOR, 1)).toEqual([{ minor: LARGEST_MINOR, why: "exact" }]);
});

test("a typed sum is minor units, or the reason why not", () => {
  expect(typedAmount("1 500,50")).toBe(150_050);
  expect(typedAmount("100000")).toBe(LARGEST_MINOR);
  expect([
    typedAmount(" "),
    typedAmount("ten"),
    typedAmount("0"),
    typedAmount("100000,01"),
    typedAmount("1.005"),
  ]).toEqual(["empty", "invalid", "small", "large", "invalid"]);
});

test("the performer's share loses no kopeck: the commission is rounded down", () => {
  expect(shareOf({ amount_minor: 60_050, currency: "RUB" }, 1_500).amount_minor).toBe(60_050 - 9_007);
});

test("every reason of a posting and every end of a session has its words in both languages", () => {
  const { Kind, Reason, ConsultationState, WorkState, FilesState, Prepaid, TopUpState } =
    description.components.schemas;
  for (const words of [en, ru]) {
    expect(Object.keys(words.money.kinds).sort()).toEqual([...Kind.enum].sort());
    for (const { in: income, out } of Object.values(words.money.kinds)) {
      expect(income(2)).toMatch(/\S/);
      expect(out(2)).toMatch(/\S/);
    }
    expect(Object.keys(words.market.reasons).sort()).toEqual([...Reason.enum].sort());
    const states = new Set<string>([...ConsultationState.enum, ...WorkState.enum, ...FilesState.enum]);
    expect(Object.keys(words.market.states).sort()).toEqual([...states].sort());
    expect(Object.keys(words.market.prepaid).sort()).toEqual([...Prepaid.enum].sort());
    expect(Object.keys(words.money.back.title).sort()).toEqual([...TopUpState.enum].sort());
  }
});

test("parts of a table become one table with one line of names", () => {
  expect(joined(["at,kind\r\n1,a\r\n", "at,kind\r\n2,b\r\n"])).toBe("at,kind\r\n1,a\r\n2,b\r\n");
  expect(joined(["at,kind\n"])).toBe("at,kind\n");
  expect(joined(["at,kind\n1,a", "at,kind\n2,b"])).toBe("at,kind\n1,a\n2,b\n");
});

test("the next part is where the Link header says", () => {
  expect(nextCursor('</api/account/postings?format=csv&cursor=a%2Bb%3D>; rel="next"')).toBe("a+b=");
  expect(nextCursor(null)).toBeNull();
});

test("a top-up that was begun here is remembered until it is done with; no other address is trusted", () => {
  remember("1", { payUrl: "https://pay.example/1", next: "/orders" });
  expect(recall("1")).toEqual({ payUrl: "https://pay.example/1", next: "/orders" });
  forgetTopUp("1");
  expect(recall("1")).toBeNull();
  remember("2", { payUrl: "javascript:alert(1)", next: null });
  expect(recall("2")).toBeNull();
});

test("signs, shares and zones are named as the language names them", () => {
  expect([sign("RUB", "ru"), sign("RUB", "en")]).toEqual(["₽", "₽"]);
  expect(percent(1_550, "en")).toBe("15.5%");
  const at = Date.parse("2026-11-27T12:00:00Z");
  expect(placeName("Europe/Moscow", "ru", false, at)).toBe("Москва");
  // In a list of all of them two may have the same name.
  expect(placeName("Europe/Moscow", "ru", true, at)).toBe("Москва (Moscow)");
  expect(placeName("Europe/London", "ru", false, at)).toBe("London");
  expect(placeName("America/Argentina/Buenos_Aires", "en", true, at)).toBe("Buenos Aires");
  // A zone that this engine does not know.
  expect(placeName("Europe/Atlantis_City", "ru", true, at)).toBe("Atlantis City");
  expect([offsetName(180), offsetName(0), offsetName(-210), offsetName(345)]).toEqual([
    "GMT+3",
    "GMT+0",
    "GMT−3:30",
    "GMT+5:45",
  ]);
  expect(offsetName(60, 120)).toBe("GMT+1/+2");
});

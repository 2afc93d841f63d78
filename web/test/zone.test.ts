import { afterEach, expect, test, vi } from "vitest";
import { speak } from "../src/i18n/index.ts";
import { placeLabel, placeOf, places } from "../src/pages/profile/places.ts";
import { ownZone } from "../src/state/zone.ts";

afterEach(() => vi.restoreAllMocks());

function browserSays(timeZone: string | undefined) {
  const options = Intl.DateTimeFormat().resolvedOptions();
  vi.spyOn(Intl.DateTimeFormat.prototype, "resolvedOptions").mockReturnValue({
    ...options,
    timeZone,
  } as typeof options);
}

test("a zone that the browser names and knows is the reader's", () => {
  browserSays("Asia/Calcutta");
  expect(ownZone()).toBe("Asia/Calcutta");
});

test.each(["Etc/Unknown", "Europe/Atlantis", "", undefined])(
  "a browser that says %s does not know where it is",
  (said) => {
    browserSays(said);
    expect(ownZone()).toBeUndefined();
  },
);

test("whatever spelling a browser has for a place is that place, and what is no place is asked for", () => {
  expect(["Asia/Calcutta", "Asia/Kolkata", "Europe/Kiev", "US/Pacific", "Europe/Oslo"].map(placeOf)).toEqual([
    "Asia/Kolkata",
    "Asia/Kolkata",
    "Europe/Kyiv",
    "America/Los_Angeles",
    "Europe/Oslo",
  ]);
  for (const none of ["UTC", "Etc/UTC", "Etc/Unknown", "Factory", "EST", "constructor", "", undefined])
    expect(placeOf(none)).toBeUndefined();
});

test("each place of this engine is offered, each once", () => {
  const here = Intl.supportedValuesOf("timeZone").filter((zone) => zone !== "UTC");
  expect(new Set(here.map(placeOf))).toEqual(new Set(places));
  expect(new Set(places).size).toBe(places.length);
});

test("a place is recognised by its offsets, of the rules that the service has", async () => {
  await speak("en");
  expect(placeLabel("Europe/London")).toBe("London, GMT+0/+1");
  // By older rules it would be −8 in winter.
  expect(placeLabel("America/Vancouver")).toBe("Vancouver, GMT−7");
  await speak("ru");
  expect(placeLabel("Europe/Moscow")).toBe("Москва (Moscow), GMT+3");
});

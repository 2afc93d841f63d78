import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeAll, expect, test, vi } from "vitest";
import { speak } from "../../src/i18n/index.ts";
import { Left } from "../../src/pages/admin/desk-term.tsx";

const place = document.createElement("main");

beforeAll(() => speak("en"));
afterEach(() => {
  act(() => render(null, place));
  vi.useRealTimers();
});

test("what is left of a term goes on while the desk is looked at", () => {
  vi.useFakeTimers({ now: Date.parse("2026-11-30T12:00:00Z") });
  act(() => render(<Left due="2026-11-30T12:02:10Z" />, place));
  expect(place.textContent).toBe("2\u00a0minutes left");
  act(() => void vi.advanceTimersByTime(60_000));
  expect(place.textContent).toBe("1\u00a0minute left");
  act(() => void vi.advanceTimersByTime(90_000));
  expect(place.textContent).toBe("time is up");
});

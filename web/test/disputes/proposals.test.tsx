import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeAll, expect, test, vi } from "vitest";
import { speak } from "../../src/i18n/index.ts";
import { Proposals } from "../../src/pages/disputes/proposals.tsx";
import { dispute, split } from "./made.ts";

const place = document.createElement("main");
document.body.append(place);
const acting = { onDone: vi.fn(), onMoved: vi.fn() };

beforeAll(async () => {
  await speak("en");
  HTMLDialogElement.prototype.showModal ??= () => {};
  HTMLDialogElement.prototype.close ??= () => {};
});
afterEach(() => act(() => render(null, place)));

function offered(number: number, back: number): void {
  const proposal = {
    number,
    by: "performer" as const,
    split: split(back, 100_000 - back),
    until: "2026-12-03T10:00:00Z",
  };
  const props = { dispute: dispute({ acts: ["agree", "decline"], proposal }), ...acting, rate: null };
  act(() => render(<Proposals {...props} />, place));
}

test("whoever is about to agree to an offer is asked anew when another takes its place", () => {
  offered(1, 70_000);
  act(() => void place.querySelector("button")?.click());
  expect(place.querySelector("dialog")).not.toBeNull();
  offered(1, 70_000);
  expect(place.querySelector("dialog")).not.toBeNull();
  offered(2, 100);
  expect(place.querySelector("dialog")).toBeNull();
  expect(place.textContent).toContain("₽1");
});

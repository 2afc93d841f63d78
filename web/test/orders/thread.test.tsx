import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeAll, expect, test } from "vitest";
import type { Schemas } from "../../src/api/client.ts";
import { speak } from "../../src/i18n/index.ts";
import { OrderLog } from "../../src/pages/orders/thread.tsx";

const place = document.createElement("main");

beforeAll(() => speak("en"));
afterEach(() => act(() => render(null, place)));

function delivery(n: number): Schemas["ThreadEntry"] {
  const act = { act: "deliver" } as Schemas["ActView"];
  return { id: `e${n}`, act, at: "2026-11-30T10:00:00Z", attachments: [], by: "performer", text: `Part ${n}` };
}

function names(whole: boolean): (string | null)[] {
  const role = "customer" as const;
  const link = async () => "";
  const entries = [delivery(3), delivery(4)];
  act(() => render(<OrderLog entries={entries} whole={whole} role={role} labelledBy="talk" link={link} />, place));
  return [...place.querySelectorAll("article")].map((it) => it.getAttribute("aria-label"));
}

test("deliveries are counted from the first, and have no number while earlier ones are not shown", () => {
  expect(names(true)).toEqual(["Delivery 1", "Delivery 2"]);
  expect(names(false)).toEqual(["Delivery", "Delivery"]);
});

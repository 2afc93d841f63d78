import { render } from "preact";
import { act } from "preact/test-utils";
import { LocationProvider } from "preact-iso";
import { afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import type { Side } from "../../src/disputes/dispute-rules.ts";
import { speak } from "../../src/i18n/index.ts";
import { Disputes } from "../../src/pages/disputes/disputes.tsx";
import { dispute } from "./made.ts";

const place = document.createElement("main");
document.body.append(place);
let sales: unknown[] = [];

beforeAll(() => speak("en"));
beforeEach(() => {
  history.replaceState(null, "", "/disputes");
  vi.stubGlobal("fetch", async (request: Request) => {
    const items = request.url.includes("role=performer") ? sales : [];
    return new Response(JSON.stringify({ items, next_cursor: null }), {
      headers: { "content-type": "application/json" },
    });
  });
});
afterEach(() => {
  act(() => render(null, place));
  vi.unstubAllGlobals();
});

const settled = () => act(async () => void (await new Promise((done) => setTimeout(done, 20))));

async function open(named: boolean): Promise<string> {
  const role: Side = "customer";
  act(() => {
    render(
      <LocationProvider>
        <Disputes role={role} named={named} />
      </LocationProvider>,
      place,
    );
  });
  for (let n = 0; n < 3; n++) await settled();
  return location.pathname + location.search;
}

test("whoever is disputed with as a performer only is led there, and not told that there is nothing", async () => {
  sales = [dispute({ role: "performer" })];
  expect(await open(false)).toBe("/disputes?role=performer");
});

test("whoever has chosen the side, or has no dispute at all, stays and reads that there is none", async () => {
  sales = [dispute({ role: "performer" })];
  expect(await open(true)).toBe("/disputes");
  expect(place.textContent).toContain("No disputes");
  sales = [];
  act(() => render(null, place));
  expect(await open(false)).toBe("/disputes");
  expect(place.textContent).toContain("If an order goes wrong");
});

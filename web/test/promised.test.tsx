/** An order that was confirmed before its money was there: placed once, when it is (R29). */
import { render } from "preact";
import { act } from "preact/test-utils";
import { LocationProvider, Route, Router } from "preact-iso";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { speak } from "../src/i18n/index.ts";
import { forgetPromise, keyOfPromise, type Ordered, place, promise, promisedWith } from "../src/money/promised.ts";
import TopUpPage from "../src/pages/money/topup.tsx";
import { me } from "../src/state/me.ts";

const ORDER: Ordered = {
  twip_id: "t",
  kind: "consultation",
  mode: "video",
  days: null,
  edition: null,
  price: { amount_minor: 60_000, currency: "RUB" },
};
const TOP_UP = {
  id: "up",
  state: "paid",
  amount: ORDER.price,
  created_at: "2026-01-31T09:30:00.000Z",
  settled_at: "2026-01-31T09:31:00.000Z",
};
const box = document.createElement("main");
document.body.append(box);

/** The service: top-ups stand as they are told, and each order is answered by the next of `answers`. */
function served(answers: [number, object][], state = "paid"): { key: string | null; body: unknown }[] {
  const asked: { key: string | null; body: unknown }[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    const json = (status: number, body: object) =>
      new Response(JSON.stringify(body), {
        status,
        headers: { "Content-Type": status < 400 ? "application/json" : "application/problem+json" },
      });
    if (!request.url.endsWith("/orders")) return json(200, { ...TOP_UP, state });
    asked.push({ key: request.headers.get("Idempotency-Key"), body: await request.json() });
    const [status, body] = answers.shift() ?? [500, {}];
    return json(status, body);
  });
  return asked;
}

function open(): void {
  act(() => render(null, box));
  history.replaceState(null, "", "/finances/topups/up");
  act(() =>
    render(
      <LocationProvider>
        <Router>
          <Route path="/finances/topups/:id" component={TopUpPage} />
          <Route default component={() => <p>elsewhere</p>} />
        </Router>
      </LocationProvider>,
      box,
    ),
  );
}

const until = (seen: () => void) => vi.waitFor(seen, { timeout: 5_000 });

const said = () => box.textContent ?? "";

beforeEach(async () => {
  await speak("en");
  forgetPromise();
  me.value = { id: "vera", roles: ["user"] } as never;
});
afterEach(() => {
  act(() => render(null, box));
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("whoever comes back with the money gets the order, by the key of their press", async () => {
  const asked = served([[201, { id: "o1" }]]);
  promise("up", "key-1", ORDER);
  open();
  await until(() => expect(location.pathname).toBe("/orders/o1"));
  open();
  await until(() => expect(said()).toContain("Payment received"));
  expect(asked).toEqual([{ key: "key-1", body: ORDER }]);
});

test("an answer that was lost is asked for again by the same key, also after a reload", async () => {
  const asked = served([
    [503, { code: "unavailable" }],
    [201, { id: "o1" }],
  ]);
  promise("up", "key-1", ORDER);
  open();
  await until(() => expect(said()).toContain("Try again"));
  open();
  await until(() => expect(location.pathname).toBe("/orders/o1"));
  expect(asked.map((it) => it.key)).toEqual(["key-1", "key-1"]);
});

test("as long as the money is on its way nothing is ordered, and that it will be is said", async () => {
  const asked = served([], "pending");
  promise("up", "key-1", ORDER);
  open();
  await until(() => expect(said()).toContain("As soon as the money arrives, the order is placed."));
  expect(asked).toEqual([]);
});

test("a price that changed meanwhile is asked about again", async () => {
  const asked = served([[409, { code: "price_changed", price: { amount_minor: 70_000, currency: "RUB" } }]]);
  promise("up", "key-1", ORDER);
  open();
  await until(() => expect(said()).toContain("is ₽700.00 now"));
  expect(promisedWith("up")).toBeNull();
  open();
  await until(() => expect(said()).toContain("Payment received"));
  expect(said()).not.toContain("700");
  expect(asked).toHaveLength(1);
});

test("what another tab has ordered already is opened", async () => {
  served([[409, { code: "already_ordered", order_id: "o9" }]]);
  promise("up", "key-1", ORDER);
  open();
  await until(() => expect(location.pathname).toBe("/orders/o9"));
});

test("another top-up places nothing, and after an hour neither does this one", async () => {
  promise("up", "key-1", ORDER);
  expect(promisedWith("other")).toBeNull();
  expect(promisedWith("up")?.key).toBe("key-1");
  vi.useFakeTimers({ now: Date.now() + 3_600_000 });
  expect(promisedWith("up")).toBeNull();
});

test("whoever orders by hand what they have paid for orders it by the same key, and something else by another", async () => {
  served([[201, { id: "o1" }]]);
  promise("up", "key-1", ORDER);
  expect(keyOfPromise({ ...ORDER, mode: "text" })).toBeNull();
  expect(keyOfPromise({ ...ORDER, price: { amount_minor: 1, currency: "RUB" } })).toBeNull();
  expect(keyOfPromise({ ...ORDER })).toBe("key-1");
  await place(ORDER, "key-1");
  expect(keyOfPromise(ORDER)).toBeNull();
});

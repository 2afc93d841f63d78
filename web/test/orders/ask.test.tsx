import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeAll, expect, test, vi } from "vitest";
import type { Schemas } from "../../src/api/client.ts";
import { speak } from "../../src/i18n/index.ts";
import { Ask } from "../../src/pages/orders/ask.tsx";

const place = document.createElement("main");
document.body.append(place);
const query = { data: undefined, problem: undefined, loading: false, reload: vi.fn(), put: vi.fn() };

beforeAll(async () => {
  await speak("en");
  HTMLDialogElement.prototype.showModal ??= () => {};
  HTMLDialogElement.prototype.close ??= () => {};
});
afterEach(() => act(() => render(null, place)));

function asked(acts: Schemas["OrderCard"]["acts"]): (string | null)[] {
  const price = { amount_minor: 10_000, currency: "RUB" };
  const order = { id: "o", role: "customer", price, acts } as Schemas["OrderCard"];
  act(() => render(<Ask action="cancel" order={order} query={query as never} onClose={() => {}} />, place));
  return [...place.querySelectorAll("button")].map((it) => it.textContent);
}

test("a cancellation that a session has overtaken promises no money any more", () => {
  expect(asked(["cancel"])).toContain("Cancel and return ₽100.00");
  expect(asked(["close"])).toEqual(["Close"]);
  expect(place.textContent).toContain("The order has changed meanwhile");
});

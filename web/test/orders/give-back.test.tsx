import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import type { Schemas } from "../../src/api/client.ts";
import { speak } from "../../src/i18n/index.ts";
import { GiveBack } from "../../src/pages/orders/give-back.tsx";
import { balance } from "../../src/state/me.ts";

const rub = (amount_minor: number): Schemas["Money"] => ({ amount_minor, currency: "RUB" });
const ORDER = { id: "o", price: rub(75_000), commission_bps: 1_500 } as Schemas["OrderPage"];
const PAID = { amount: rub(75_000), in_escrow: rub(0) };
const HELD = { amount: rub(75_000), in_escrow: rub(75_000) };
const place = document.createElement("main");
document.body.append(place);
const [changed, closed] = [vi.fn(), vi.fn()];

beforeAll(async () => {
  await speak("en");
  HTMLDialogElement.prototype.showModal ??= () => {};
  HTMLDialogElement.prototype.close ??= () => {};
});
beforeEach(() => {
  balance.value = rub(100_000);
});
afterEach(() => {
  act(() => render(null, place));
  balance.value = null;
  vi.clearAllMocks();
  vi.unstubAllGlobals();
});

function asked(about: Schemas["RefundableView"], sessionId: string | null = null): void {
  const props = { order: ORDER, sessionId, about, onChanged: changed, onClose: closed };
  act(() => render(<GiveBack {...props} />, place));
}

function type(text: string): void {
  const field = place.querySelector("input");
  if (!field) throw new Error("no field");
  field.value = text;
  act(() => void field.dispatchEvent(new Event("input", { bubbles: true })));
}

const button = () => [...place.querySelectorAll("button")].find((it) => it.type === "submit");
const said = () => place.textContent ?? "";

/** Answers every request so, and keeps what was asked. */
function answers(status: number, body: unknown): { url: string; body: unknown }[] {
  const sent: { url: string; body: unknown }[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    if (request.method === "POST") sent.push({ url: new URL(request.url).pathname, body: await request.json() });
    return new Response(JSON.stringify(body), {
      status,
      headers: { "content-type": status < 400 ? "application/json" : "application/problem+json" },
    });
  });
  return sent;
}

async function press(): Promise<void> {
  await act(async () => {
    button()?.click();
    await new Promise((done) => setTimeout(done, 20));
  });
}

test("of what was paid, the press repeats the sum, and what it takes, brings back of the commission and leaves stands above", () => {
  asked(PAID);
  type("300");
  for (const part of ["+₽300.00", "Given back of the commission₽45.00", "−₽255.00", "Left in your account₽745.00"])
    expect(said()).toContain(part);
  expect(button()?.textContent).toBe("Give back ₽300.00");
});

test("of what is held, nothing leaves the account, and what is still to come is less", () => {
  asked(HELD);
  type("300");
  expect(said()).toContain("To you on acceptance, after commission₽382.50");
  expect(said()).not.toContain("From your account");
});

test("what the account lacks is said, and cannot be given", async () => {
  balance.value = rub(20_000);
  const sent = answers(201, {});
  asked(PAID);
  type("300");
  expect(said()).toContain("Your account lacks ₽55.00.");
  await press();
  expect([button()?.getAttribute("aria-disabled"), sent]).toEqual(["true", []]);
});

test("no sum, or more than there is, is no press but a word at the field", async () => {
  const sent = answers(201, {});
  asked(PAID);
  for (const text of ["", "750.01"]) {
    type(text);
    await press();
    expect(place.querySelector(".field-error")?.textContent).toContain("A sum of at most ₽750.00");
  }
  expect(sent).toEqual([]);
});

test("all of it is one press away", () => {
  asked(PAID);
  act(() => [...place.querySelectorAll<HTMLButtonElement>("button.link")][0]?.click());
  expect(button()?.textContent).toBe("Give back ₽750.00");
});

test("it goes to the order or to the session, once, and the page is read again", async () => {
  for (const [sessionId, path] of [
    [null, "/orders/o/refund"],
    ["o-0001", "/sessions/o-0001/refund"],
  ] as const) {
    const sent = answers(201, {});
    asked(PAID, sessionId);
    type("300");
    await press();
    expect(sent).toEqual([{ url: expect.stringContaining(path), body: { amount: rub(30_000) } }]);
    act(() => render(null, place));
  }
  expect([changed.mock.calls.length, closed.mock.calls.length]).toEqual([2, 2]);
});

test("a refusal stays in the question, with the sum that lacks, and the page is read again", async () => {
  answers(409, { code: "not_covered", missing: rub(1_250) });
  asked(PAID);
  type("300");
  await press();
  expect(place.querySelector("[role=alert]")?.textContent).toBe("Your account lacks ₽12.50.");
  expect([changed.mock.calls.length, closed.mock.calls.length]).toEqual([1, 0]);
});

test("what is more than is left by now is said at the sum, with what is left", async () => {
  answers(422, { code: "invalid_input", errors: [{ field: "amount.amount_minor", code: "too_large", limit: 10_000 }] });
  asked(PAID);
  type("300");
  await press();
  asked({ ...PAID, amount: rub(10_000) });
  expect(place.querySelector(".field-error")?.textContent).toBe("A sum of at most ₽100.00");
  expect([place.querySelector("[role=alert]"), changed.mock.calls.length]).toEqual([null, 1]);
});

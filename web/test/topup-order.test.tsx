/** What a press on "pay and order" confirms where the page stays, for the browser keeps nothing: that, and nothing else (R29, D12). */
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { speak } from "../src/i18n/index.ts";
import { forgetPromise, type Ordered, promise, promisedWith } from "../src/money/promised.ts";
import { TopUp } from "../src/money/topup-form.tsx";

const RUB = (amount_minor: number) => ({ amount_minor, currency: "RUB" });
const ORDER: Ordered = { twip_id: "t", kind: "work", mode: null, days: 3, edition: null, price: RUB(60_000) };
const box = document.createElement("main");
document.body.append(box);
/** The money comes: until then the service is asked and does not answer. */
let pay = () => {};
let paid: (Ordered | undefined)[] = [];

function show(order: Ordered): void {
  act(() => render(<TopUp stay missing={order.price} order={order} onPaid={(it) => paid.push(it)} />, box));
}

function press(text: string): void {
  const found = [...box.querySelectorAll("button")].find((it) => it.textContent?.includes(text));
  if (!found) throw new Error(`no button "${text}" in: ${box.textContent}`);
  act(() => found.click());
}

const until = (seen: () => void) => vi.waitFor(seen, { timeout: 4_000 });

beforeEach(async () => {
  await speak("en");
  forgetPromise();
  const coming = new Promise<void>((resolve) => {
    pay = resolve;
  });
  paid = [];
  vi.stubGlobal("open", () => null);
  vi.stubGlobal("fetch", async (request: Request) => {
    const json = (status: number, body: object) =>
      new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json" } });
    const created_at = new Date().toISOString();
    if (request.url.endsWith("/topups")) {
      const { amount } = await request.json();
      return json(201, { id: "up", pay_url: "https://pay.example/up", state: "pending", amount, created_at });
    }
    if (!request.url.includes("/topups/")) return json(200, { available: RUB(0), held: RUB(0) });
    await coming;
    return json(200, { id: "up", state: "paid", amount: ORDER.price, created_at, settled_at: created_at });
  });
});
afterEach(() => {
  act(() => render(null, box));
  vi.unstubAllGlobals();
});

test("what was confirmed is told, though the page shows another price by then", async () => {
  show(ORDER);
  press("and order");
  await until(() => expect(box.textContent).toContain("Waiting"));
  show({ ...ORDER, price: RUB(70_000) });
  pay();
  await until(() => expect(paid).toEqual([ORDER]));
});

test("a sum that does not pay for the order confirms none", async () => {
  show(ORDER);
  press("Other");
  const field = box.querySelector("input");
  if (!field) throw new Error("no field");
  act(() => {
    field.value = "100";
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
  press("Top up");
  await until(() => expect(box.textContent).toContain("Waiting"));
  expect(promisedWith("up")).toBeNull();
  pay();
  await until(() => expect(paid).toEqual([undefined]));
});

test("the same order, paid for once more, keeps the key by which it may have been placed", async () => {
  promise("before", "key-1", ORDER);
  show(ORDER);
  press("and order");
  await until(() => expect(promisedWith("up")?.key).toBe("key-1"));
});

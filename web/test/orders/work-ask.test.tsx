import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import type { Schemas } from "../../src/api/client.ts";
import { speak } from "../../src/i18n/index.ts";
import type { WorkAct, Worked } from "../../src/market/work-order.ts";
import { WorkAsk } from "../../src/pages/orders/work-ask.tsx";
import type { Query } from "../../src/state/query.ts";

type Page = Worked<Schemas["OrderPage"]>;
const rub = (amount_minor: number): Schemas["Money"] => ({ amount_minor, currency: "RUB" });
const offer = (number: number, toPerformer: number) => ({
  number,
  by: "performer",
  until: "2026-12-03T12:00:00Z",
  to_performer: rub(toPerformer),
  days: null,
});
const place = document.createElement("main");
document.body.append(place);
const reload = vi.fn();
const query = { reload, put: vi.fn() } as unknown as Query<Schemas["OrderPage"]>;
const sent: unknown[] = [];

beforeAll(async () => {
  await speak("en");
  HTMLDialogElement.prototype.showModal ??= () => {};
  HTMLDialogElement.prototype.close ??= () => {};
});
beforeEach(() => {
  vi.stubGlobal("fetch", async (request: Request) => {
    sent.push(await request.json());
    const body = JSON.stringify({ code: "wrong_state", state: "accepted", acts: [] });
    return new Response(body, { status: 409, headers: { "content-type": "application/problem+json" } });
  });
});
afterEach(() => {
  act(() => render(null, place));
  sessionStorage.clear();
  sent.length = 0;
  vi.clearAllMocks();
  vi.unstubAllGlobals();
});

function order(acts: WorkAct[], more: Partial<Page> = {}, proposal: unknown = null): Page {
  const work = { days: 9, deliveries: 1, overdue: false, proposal, refusal: null };
  const whole = {
    id: "o",
    state: "delivered",
    role: "customer",
    price: rub(100_000),
    refunded: rub(0),
    ended_at: null,
    dispute_id: null,
  };
  return {
    ...whole,
    commission_bps: 1_500,
    other_name: "Pavel",
    deadline: null,
    acts,
    work,
    ...more,
  } as unknown as Page;
}

const asked = (what: WorkAct, now: Page) =>
  act(() => render(<WorkAsk act={what} order={now} query={query} onClose={vi.fn()} />, place));
const said = () => place.textContent ?? "";
const go = () => [...place.querySelectorAll("button")].at(-1);

async function press(): Promise<void> {
  await act(async () => {
    go()?.click();
    await new Promise((done) => setTimeout(done, 20));
  });
}

test("what can no longer be done says so before it is tried, and what was written stays", async () => {
  asked("rework", order(["rework", "accept"]));
  const field = place.querySelector("textarea");
  if (!field) throw new Error("no field");
  field.value = "Mend the ending";
  act(() => void field.dispatchEvent(new Event("input", { bubbles: true })));
  asked("rework", order([], { state: "accepted" }));
  expect(said()).toContain("The work is acceptedThe order has changed meanwhile");
  expect(place.querySelector("textarea")?.value).toBe("Mend the ending");
  await press();
  expect(sent).toEqual([]);
});

test("whoever reads one offer does not agree to the one that has taken its place", async () => {
  asked("agree", order(["agree", "decline"], {}, offer(1, 40_000)));
  asked("agree", order(["agree", "decline"], {}, offer(2, 99_000)));
  const question = place.querySelector("p")?.textContent;
  expect(question).toContain("₽400");
  expect(question).not.toContain("₽990");
  expect(said()).toContain("offers a split: ₽10.00 back to you, ₽990.00 to them");
  await press();
  expect(sent).toEqual([]);
});

test("what was refused because the order has moved on is read anew", async () => {
  asked("agree", order(["agree", "decline"], {}, offer(1, 40_000)));
  await press();
  expect(sent).toEqual([{ proposal: 1 }]);
  expect(reload).toHaveBeenCalled();
});

test("when a delivery comes while more days are typed, a split is what is left to offer", () => {
  asked("propose", order(["propose"], { state: "working" }));
  const days = place.querySelectorAll<HTMLInputElement>("input[type=radio]")[1];
  act(() => days?.click());
  expect(said()).toContain("How many days more");
  asked("propose", order(["propose"]));
  expect(said()).not.toContain("How many days more");
  expect(said()).not.toContain("The order has changed");
});

test("what was written is there again after the page was left", () => {
  const text = () => place.querySelector("textarea") as HTMLTextAreaElement;
  asked("rework", order(["accept", "rework"]));
  text().value = "Mend the ending";
  act(() => void text().dispatchEvent(new Event("input", { bubbles: true })));
  act(() => render(null, place));
  asked("rework", order(["accept", "rework"]));
  expect(text().value).toBe("Mend the ending");
});

test("the press that offers says what, to each side in its words", () => {
  function offers(role: Page["role"], state: Page["state"], field: string, value: string): string {
    asked("propose", order(["propose"], { role, state }));
    const days = [...place.querySelectorAll<HTMLInputElement>("input[type=radio]")][1];
    if (field === "days") act(() => days?.click());
    const input = place.querySelector<HTMLInputElement>(
      field === "days" ? "input[inputmode=numeric]" : `[name=${field}]`,
    );
    if (!input) throw new Error("no field");
    input.value = value;
    act(() => void input.dispatchEvent(new Event("input", { bubbles: true })));
    const label = go()?.textContent ?? "";
    act(() => render(null, place));
    return label;
  }
  expect(offers("customer", "delivered", "to_customer", "300")).toBe("Offer: ₽300.00 back to you");
  expect(offers("performer", "delivered", "to_performer", "700")).toBe("Offer: ₽300.00 back to the customer");
  expect(offers("performer", "working", "days", "5")).toBe("Ask for 5\u00a0days more");
  expect(offers("customer", "working", "days", "31")).toBe("Make an offer");
});

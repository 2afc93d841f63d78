import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeAll, expect, test, vi } from "vitest";
import type { Schemas } from "../../src/api/client.ts";
import { toldOf } from "../../src/disputes/dispute-told.ts";
import { speak, t } from "../../src/i18n/index.ts";
import { Whole } from "../../src/pages/disputes/dispute.tsx";
import { Withdraw } from "../../src/pages/disputes/dispute-side.tsx";
import { OpenDispute } from "../../src/pages/disputes/opening.tsx";
import { Proposals } from "../../src/pages/disputes/proposals.tsx";
import { dispute, rub, split } from "./made.ts";

const place = document.createElement("main");
document.body.append(place);
const query = { data: undefined, problem: undefined, loading: false, reload: vi.fn(), put: vi.fn() };
const RATE = { unit: rub(100_000), bps: 1_500 };

beforeAll(async () => {
  await speak("en");
  HTMLDialogElement.prototype.showModal ??= () => {};
  HTMLDialogElement.prototype.close ??= () => {};
});
afterEach(() => {
  act(() => render(null, place));
  sessionStorage.clear();
  vi.clearAllMocks();
  vi.unstubAllGlobals();
});

const said = () => place.textContent ?? "";

async function press(name: string): Promise<void> {
  const button = [...place.querySelectorAll("button")].findLast((it) => it.textContent === name);
  await act(async () => {
    button?.click();
    await new Promise((done) => setTimeout(done, 20));
  });
}

function answers(status: number, body: unknown): void {
  const type = status < 400 ? "application/json" : "application/problem+json";
  const headers = { "content-type": type };
  vi.stubGlobal("fetch", async () => new Response(JSON.stringify(body), { status, headers }));
}

function offered(number: number, back: number): Schemas["DisputePage"] {
  const proposal = {
    number,
    by: "customer" as const,
    until: "2026-12-03T10:00:00.000Z",
    split: split(back, 100_000 - back),
  };
  return dispute({ role: "performer", acts: ["agree", "decline"], proposal });
}

function proposals(page: Schemas["DisputePage"], onMoved = vi.fn()) {
  act(() => render(<Proposals dispute={page} rate={RATE} onDone={() => {}} onMoved={onMoved} />, place));
  return onMoved;
}

test("no sum is told to a performer before it is known what commission takes of it", () => {
  vi.stubGlobal("fetch", () => new Promise(() => {}));
  act(() => render(<Whole dispute={offered(1, 40_000)} query={query as never} />, place));
  expect(said()).not.toContain("₽");
});

test("an offer that was taken back meanwhile is read again, and its refusal is no banner of its own", async () => {
  answers(409, { code: "stale" });
  const moved = proposals(offered(1, 40_000));
  await press("Decline");
  expect(moved).toHaveBeenCalledOnce();
  expect(place.querySelector("[role=alert]")).toBeNull();
});

test("to a dispute that the other side has opened meanwhile there is a way, and what was written stays", async () => {
  answers(409, { code: "already_disputed", dispute_id: "o1-d1" });
  const about = { amount: rub(100), in_escrow: rub(100), until: null, answer_seconds: 60 };
  const order = { id: "o1", kind: "work", role: "customer" } as Schemas["OrderPage"];
  const question = () => <OpenDispute order={order} sessionId={null} about={about} onClose={() => {}} />;
  act(() => render(question(), place));
  const field = place.querySelector("textarea");
  if (!field) throw new Error("no field");
  field.value = "Half of it is missing";
  act(() => void field.dispatchEvent(new Event("input", { bubbles: true })));
  await press("Open the dispute");
  expect(place.querySelector("[role=alert] a")?.getAttribute("href")).toBe("/disputes/o1-d1");
  act(() => render(null, place));
  act(() => render(question(), place));
  expect(place.querySelector("textarea")?.value).toBe("Half of it is missing");
});

test("what was paid goes back from the account and from the commission, and each part is named", () => {
  const paid = dispute({ role: "performer", in_escrow: rub(0) });
  const told = toldOf(paid, split(40_000, 60_000), RATE);
  expect(told).toMatchObject({ net: "₽510.00", taken: "₽340.00", whole: null });
  expect(t().disputes.agree.costs.performer(told)).toContain("gets ₽400.00: ₽340.00 from your account");
  expect(t().disputes.result.done.performer(told)).toBe(
    "You keep ₽510.00 after commission. ₽400.00 returned to the customer: ₽340.00 from your account, the rest from the commission.",
  );
});

test("a verdict that gives all to one side names no sum of nothing", () => {
  const { done } = t().disputes.result;
  for (const parts of [split(100_000, 0), split(0, 100_000)])
    for (const in_escrow of [rub(0), rub(100_000)]) {
      const told = toldOf(dispute({ in_escrow }), parts, RATE);
      for (const say of [done.customer, done.performer]) expect(say(told)).not.toContain("₽0.00");
    }
});

test("whoever withdraws reads with whom the money stays", () => {
  const told = toldOf(dispute({ in_escrow: rub(0) }));
  const { paid } = t().disputes.withdraw;
  expect(paid.performer(told)).toContain("stays with you");
  expect(paid.customer(told)).toContain("stays with the performer");
});

test("who has asked, an arbiter or the administrator, is said as it is", () => {
  const { question } = t().disputes.waits;
  expect(question.title(toldOf(dispute({ phase: "arbitration" })))).toBe("The arbiter has asked you something");
  expect(question.title(toldOf(dispute({ phase: "admin" })))).toBe("The administrator has asked you something");
});

test("the question before a withdrawal stands in no line of small print", async () => {
  const page = dispute({ acts: ["withdraw"] });
  act(() => render(<Withdraw dispute={page} rate={null} onDone={() => {}} onMoved={() => {}} />, place));
  await press("Withdraw the dispute");
  const question = place.querySelector("dialog");
  expect([question?.textContent, question?.closest(".small")]).toEqual([expect.stringContaining("stays held"), null]);
});

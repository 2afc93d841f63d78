import { type ComponentChild, render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import description from "../../../docs/api/openapi.json";
import type { Schemas } from "../../src/api/client.ts";
import { speak } from "../../src/i18n/index.ts";
import { KINDS, type OrderKind } from "../../src/pages/orders/kinds.ts";
import { Page } from "../../src/pages/orders/order.tsx";
import { Card } from "../../src/pages/orders/orders.tsx";

const TOY: OrderKind = {
  Name: () => <>A present</>,
  Standing: () => <>not wrapped yet</>,
  Price: ({ order }) => <>{order.price.amount_minor} for the whole</>,
  Way: ({ order }) => <a href={`/orders/${order.id}`}>Unwrap</a>,
  Whole: ({ order }) => <p>Red paper, {order.acts.length} acts</p>,
};
const order = {
  id: "o",
  kind: "toy" as Schemas["OrderPage"]["kind"],
  twip_id: "t",
  title: { en: "A surprise" },
  description: { en: "Who knows" },
  customer_id: "c",
  performer_id: "p",
  other_name: "Vera",
  unread: 0,
  role: "customer",
  price: { amount_minor: 90_000, currency: "RUB" },
  refunded: { amount_minor: 0, currency: "RUB" },
  commission_bps: 1_000,
  state: "open",
  acts: [],
  deadline: null,
  dispute_id: null,
  disputes: [],
  disputable: null,
  refundable: null,
  bring: {},
  consultation: null,
  work: null,
  files: null,
  created_at: "2026-01-31T09:30:00.000Z",
  ended_at: null,
  review: { written: null, may: null, until: null },
} satisfies Schemas["OrderPage"];
const place = document.createElement("main");

function shown(what: ComponentChild): string {
  act(() => render(what, place));
  return place.textContent ?? "";
}

beforeAll(() => speak("en"));
beforeEach(() => {
  KINDS.toy = TOY;
});
afterEach(() => {
  render(null, place);
  delete KINDS.toy;
});

test("a kind that is registered has its row in the list", () => {
  const text = shown(<Card order={order} />);
  for (const said of ["A surprise", "A present", "not wrapped yet", "90000 for the whole", "Unwrap"])
    expect(text).toContain(said);
});

test("and its part on the page of an order", () => {
  const query = { data: order, problem: undefined, loading: false, reload: () => {}, put: () => {} };
  const text = shown(<Page order={order} query={query as never} />);
  for (const said of ["A present", "Red paper, 0 acts"]) expect(text).toContain(said);
});

test("an order of a kind that this client does not know is shown as far as every order goes", () => {
  delete KINDS.toy;
  expect(shown(<Card order={order} />)).toContain("A surprise");
});

test("the kinds that the service shows have their row", () => {
  const parts = Object.keys(description.components.schemas.OrderPage.properties);
  const known = description.components.schemas.TwipKind.enum.filter((kind: string) => parts.includes(kind));
  expect(Object.keys(KINDS).filter((kind) => kind !== "toy")).toEqual(known);
});

test("the way to a sale that waits for its performer is to no order of theirs", () => {
  const work = { days: 9, deliveries: 0, delivered_at: null, overdue: false, proposal: null, to_performer: null };
  const sale = { ...order, kind: "work" as const, role: "performer" as const, state: "placed" as const };
  expect(shown(<Card order={{ ...sale, work: { ...work, refusal: null } }} />)).toContain("Open the order");
});

import { expect, test } from "vitest";
import {
  addressOf,
  allOf,
  isNarrow,
  narrowest,
  queryOf,
  type Sought,
  soughtIn,
  without,
} from "../../src/market/seeking.ts";

const SOUGHT: Sought = { role: "performer", kind: "work", state: "waiting", q: "logo & co" };

test("what is looked for stands in the address, and is read from it again", () => {
  expect(soughtIn(addressOf(SOUGHT).split("?")[1] ?? "")).toEqual(SOUGHT);
  expect(addressOf(SOUGHT)).toBe("/orders?role=performer&state=waiting&kind=work&q=logo+%26+co");
  expect(addressOf(allOf("customer"))).toBe("/orders");
  expect(addressOf(allOf("performer"))).toBe("/orders?role=performer");
});

test("what an address does not know is left out", () => {
  expect(soughtIn("role=arbiter&state=asleep&kind=shoes&sort=price")).toEqual(allOf("customer"));
  expect(soughtIn(`q=${"a".repeat(300)}`).q).toHaveLength(200);
});

test("the service is asked only for what is looked for", () => {
  expect(queryOf(SOUGHT)).toEqual({ role: "performer", kind: "work", state: "waiting", q: "logo & co" });
  expect(queryOf(allOf("customer"))).toEqual({ role: "customer" });
});

test("where nothing is found the narrowest filter is dropped first, until none is left", () => {
  const dropped = [];
  for (let at = SOUGHT, filter = narrowest(at); filter; filter = narrowest(at)) {
    dropped.push(filter);
    at = without(at, filter);
    if (!isNarrow(at)) expect(at).toEqual(allOf("performer"));
  }
  expect(dropped).toEqual(["q", "state", "kind"]);
});

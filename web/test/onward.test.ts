/** Where one goes on to after signing in: pages of ours, and no other (E16, E21). */
import { expect, test } from "vitest";
import { onward, withNext } from "../src/pages/auth/onward.ts";
import { nextPath } from "../src/shell/page.tsx";

const asked = (next: string) => nextPath(new URLSearchParams({ next }).toString());

test.each([
  "//evil.example",
  "/\\evil.example",
  "/.//evil.example",
  "/%2e//evil.example",
  "/a/..//evil.example",
  "/\t/evil.example",
  "https://evil.example/",
  "javascript:alert(1)",
])("%s leads home", (next) => {
  expect(asked(next)).toBe("/");
});

test.each(["/orders?state=open", "/twips/x/order/video", "/twips/x/order?kind=work", "/#top"])("%s is ours", (next) => {
  expect(asked(next)).toBe(next);
});

test("a mail is told of a page that it may name, and of no other", () => {
  expect(onward("/twips/x/order?kind=work")).toBe("/twips/x/order?kind=work");
  expect(["/", "/?q=%D1%8F", "/a//b", `/${"a".repeat(200)}`].map(onward)).toEqual([null, null, null, null]);
});

test("an address keeps where one was going", () => {
  expect(withNext("/register", "/twips/x/order?kind=work")).toBe("/register?next=%2Ftwips%2Fx%2Forder%3Fkind%3Dwork");
  expect(withNext("/register", "/")).toBe("/register");
});

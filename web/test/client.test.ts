/** What is answered in the service's place: by a network that wants a sign-in, a proxy, a cache. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { answered, api, holdToken, renew, whenSignedOut } from "../src/api/client.ts";
import { nextPath } from "../src/shell/page.tsx";

const HTML = "<!doctype html><title>Welcome to our hotel</title>";
const VERA = { access_token: "a.b.c", expires_in: 600, user: { id: "vera" } } as never;
const out = vi.fn();
let answers: Response[];

function says(status: number, body: string | null, type = "text/html"): void {
  answers.push(new Response(body, { status, headers: { "Content-Type": type } }));
}

beforeEach(() => {
  answers = [];
  out.mockReset();
  whenSignedOut(out);
  holdToken(VERA);
  vi.stubGlobal(
    "fetch",
    vi.fn(async () => answers.shift() ?? Promise.reject(new TypeError("Failed to fetch"))),
  );
});

afterEach(() => {
  holdToken(null);
  vi.unstubAllGlobals();
});

const asked = () => answered(api.GET("/account"));

describe("an answer that is none of the service's", () => {
  it.each([
    [200, HTML, "text/html"],
    [200, HTML, "application/json"],
    [200, "", "application/json"],
    [200, "null", "application/json"],
    [200, '"ok"', "application/json"],
    [200, '{"available": ', "application/json"],
    [404, HTML, "text/html"],
    [403, "null", "application/json"],
    [401, HTML, "text/html"],
    [407, "", "text/plain"],
  ])("of status %i (%s, %s) is a problem in words", async (status, body, type) => {
    says(status, body, type);
    await expect(asked()).rejects.toMatchObject({ code: "unreadable" });
    expect(out).not.toHaveBeenCalled();
  });

  it.each([500, 502, 503, 504])("of status %i says that the service does not answer", async (status) => {
    says(status, HTML);
    await expect(asked()).rejects.toMatchObject({ code: "unavailable", status });
  });

  it("signs nobody out while a token is renewed", async () => {
    for (const status of [401, 200]) {
      says(status, HTML);
      await expect(renew()).rejects.toMatchObject({ code: "unreadable" });
    }
    says(200, "{}", "application/json");
    await expect(renew()).rejects.toMatchObject({ code: "unreadable" });
    expect(out).not.toHaveBeenCalled();
  });

  it("is told from the service's own refusal", async () => {
    const refusal = '{"status": 401, "code": "unauthenticated", "reason": "expired"}';
    says(401, refusal, "application/problem+json");
    says(401, refusal, "application/problem+json");
    await expect(asked()).rejects.toMatchObject({ code: "unauthenticated" });
    expect(out).toHaveBeenCalledOnce();
  });

  it("is not looked for where nothing was to be said", async () => {
    answers.push(new Response(null, { status: 204 }));
    await expect(answered(api.POST("/auth/logout-all"))).resolves.toBeUndefined();
  });
});

it.each([
  "https://evil.example",
  "//evil.example",
  "/\\evil.example",
  "/\t/evil.example",
  "/\n/evil.example",
  "javascript:0",
  "\\\\evil",
])("nobody is sent on to %j", (next) => {
  expect(nextPath(`?next=${encodeURIComponent(next)}`)).toBe("/");
});

it("one is sent on to a page of ours", () => {
  expect(nextPath(`?next=${encodeURIComponent("/orders/1?a=b#c")}`)).toBe("/orders/1?a=b#c");
  expect(nextPath("")).toBe("/");
});

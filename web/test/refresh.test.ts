/** A refresh whose answer is lost is repeated, and signs nobody out. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type * as Client from "../src/api/client.ts";

const VERA = { access_token: "next", user: { id: "vera" } };
const OVERTAKEN = { code: "unauthenticated", reason: "overtaken" };
const ENDED = { code: "unauthenticated", reason: "invalid" };

let client: typeof Client;
let asked: Request[];
/** What the network does with each request, in order; the last goes on for ever. */
let weather: Array<(request: Request) => Response | Promise<Response>>;

const answers = (status: number, body: unknown) => () =>
  new Response(JSON.stringify(body), {
    status,
    headers: { "Content-Type": `application/${status < 400 ? "" : "problem+"}json` },
  });
const lost = () => Promise.reject(new TypeError("Failed to fetch"));
const hung = () => Promise.reject(new DOMException("The operation timed out.", "TimeoutError"));
const broken = () => new Response("", { status: 504 });
const cutShort = () =>
  new Response(new ReadableStream({ start: (body) => body.error(new TypeError("network error")) }));

beforeEach(async () => {
  vi.useFakeTimers();
  asked = [];
  vi.stubGlobal("fetch", async (what: string | Request, init?: RequestInit) => {
    const request = typeof what === "string" ? new Request(new URL(what, "http://127.0.0.1"), init) : what;
    asked.push(request);
    const act = weather.length > 1 ? weather.shift() : weather[0];
    return (act as (request: Request) => Response)(request);
  });
  vi.resetModules();
  client = await import("../src/api/client.ts");
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** Waits out all repeats. */
async function weathered<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  await vi.advanceTimersByTimeAsync(10_000);
  return promise;
}

describe("a refresh", () => {
  test.each([
    ["is lost", lost],
    ["hangs", hung],
    ["is cut short", cutShort],
    ["comes from a gateway that gave up", broken],
    ["says that another tab was faster", answers(401, OVERTAKEN)],
  ])("whose answer %s is repeated, and the device stays signed in", async (_, act) => {
    weather = [act, act, act, answers(200, VERA)];
    expect(await weathered(client.renew())).toEqual(VERA);
    expect(asked).toHaveLength(4);
    expect(asked.every((request) => request.headers.get("X-Requested-With") === "twip")).toBe(true);
  });

  test.each([
    ["network", lost],
    ["network", answers(401, OVERTAKEN)],
    ["unavailable", broken],
  ])("that is never answered says %s, which is no sign-out", async (code, act) => {
    weather = [act];
    const out = vi.fn();
    client.whenSignedOut(out);
    await expect(weathered(client.renew())).rejects.toMatchObject({ code });
    expect(out).not.toHaveBeenCalled();
    weather = [answers(200, VERA)];
    expect(await weathered(client.renew())).toEqual(VERA);
  });

  test("that is refused is not repeated: the device is signed out", async () => {
    weather = [answers(401, ENDED)];
    expect(await weathered(client.renew())).toBeNull();
    expect(asked).toHaveLength(1);
  });

  test("of several requests at once is one, and each request is sent again with its token", async () => {
    client.holdToken({ access_token: "old", user: { id: "vera" } } as Client.Schemas["SignedInView"]);
    const old = (request: Request) => request.headers.get("Authorization") === "Bearer old";
    let refreshes = 0;
    weather = [
      (request) => {
        if (request.url.endsWith("/auth/refresh")) return ++refreshes < 3 ? lost() : answers(200, VERA)();
        return old(request) ? answers(401, ENDED)() : answers(200, { available: 1 })();
      },
    ];
    const both = Promise.all([client.api.GET("/account"), client.api.GET("/account")]);
    for (const { response } of await weathered(both)) expect(response.status).toBe(200);
    expect(refreshes).toBe(3);
  });

  test("that fails leaves the request that needed it refused for now, and nobody signed out", async () => {
    client.holdToken({ access_token: "old", user: { id: "vera" } } as Client.Schemas["SignedInView"]);
    weather = [(request) => (request.url.endsWith("/auth/refresh") ? lost() : answers(401, ENDED)())];
    const out = vi.fn();
    client.whenSignedOut(out);
    await expect(weathered(client.answered(client.api.GET("/account")))).rejects.toMatchObject({ code: "network" });
    expect(out).not.toHaveBeenCalled();
  });
});

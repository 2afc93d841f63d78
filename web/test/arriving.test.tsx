/** The tab that waits for the mail's link (E16, E21). */
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { holdToken } from "../src/api/client.ts";
import { useArriving } from "../src/pages/auth/arriving.ts";
import { socket } from "../src/socket/socket.ts";
import { me } from "../src/state/me.ts";

const SIGNED_IN = { access_token: "a.b.c", expires_in: 600, user: { id: "vera", roles: ["user"] } };
const box = document.createElement("main");
let said: [number, object];
let asked: number;

function Waits() {
  return <p>{useArriving() ? "over" : "waits"}</p>;
}

beforeEach(() => {
  me.value = null;
  holdToken(null);
  asked = 0;
  said = [200, { signed_in: null }];
  vi.useFakeTimers();
  vi.spyOn(socket, "open").mockImplementation(() => {});
  vi.stubGlobal("fetch", async (request: Request) => {
    if (!request.url.endsWith("/auth/arrive")) return new Response("{}", { status: 503 });
    asked += 1;
    expect(request.headers.get("X-Requested-With")).toBe("twip");
    const type = said[0] < 400 ? "application/json" : "application/problem+json";
    return new Response(JSON.stringify(said[1]), { status: said[0], headers: { "Content-Type": type } });
  });
  act(() => render(<Waits />, box));
});
afterEach(() => {
  act(() => render(null, box));
  me.value = null;
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

const pass = (ms: number) => act(async () => void (await vi.advanceTimersByTimeAsync(ms)));

test("asks less and less often, and signs in once the address is confirmed", async () => {
  await pass(12_000);
  expect(asked).toBe(5);
  await pass(600_000);
  const often = asked;
  await pass(60_000);
  expect(asked).toBe(often + 2);
  said = [200, { signed_in: SIGNED_IN }];
  await pass(30_000);
  expect(me.value?.id).toBe("vera");
  const last = asked;
  await pass(600_000);
  expect(asked).toBe(last);
});

test("asks at once when somebody comes back to it", async () => {
  await pass(600_000);
  const before = asked;
  dispatchEvent(new Event("focus"));
  await pass(1);
  expect(asked).toBe(before + 1);
});

test("a fault on the way ends nothing", async () => {
  said = [503, { code: "unavailable" }];
  await pass(3_000);
  said = [200, { signed_in: SIGNED_IN }];
  await pass(5_000);
  expect(me.value?.id).toBe("vera");
});

test("where there is nothing to wait for any more it says so, and asks no more", async () => {
  act(() => render(null, box));
  vi.useRealTimers();
  said = [401, { code: "unauthenticated", reason: "expired" }];
  render(<Waits />, box);
  await vi.waitFor(() => expect(box.textContent).toBe("over"));
  const last = asked;
  dispatchEvent(new Event("focus"));
  expect(asked).toBe(last);
});

test("asks no more once the page is left", async () => {
  await pass(1);
  act(() => render(null, box));
  const last = asked;
  await pass(600_000);
  expect(asked).toBe(last);
});

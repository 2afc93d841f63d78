/** Who is signed in where the browser keeps no cookie: until the token's end, and a call under way is not cut by it. */
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { answered, api } from "../src/api/client.ts";
import { keepSession, leaveSession } from "../src/session/returning.ts";
import { socket } from "../src/socket/socket.ts";
import { me, signIn, watchAccount } from "../src/state/me.ts";

const SIGNED_IN = { access_token: "a.b.c", expires_in: 600, user: { id: "vera", roles: ["user"] } };
let expired: boolean;
watchAccount();

function answer(status: number, body: object): Response {
  const type = status < 400 ? "application/json" : "application/problem+json";
  return new Response(JSON.stringify(body), { status, headers: { "Content-Type": type } });
}

beforeEach(async () => {
  expired = false;
  vi.spyOn(socket, "open").mockImplementation(() => {});
  vi.spyOn(socket, "close").mockImplementation(() => {});
  vi.stubGlobal("fetch", async (asked: Request | string) => {
    const path = typeof asked === "string" ? asked : asked.url;
    if (path.endsWith("/auth/login")) return answer(200, SIGNED_IN);
    return expired ? answer(401, { code: "unauthenticated", reason: "missing" }) : answer(503, { code: "unavailable" });
  });
  await signIn("vera@example.org", "a long walk home");
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

const ask = () => answered(api.GET("/account")).catch(() => {});

it("whoever cannot be renewed is signed out", async () => {
  expired = true;
  await ask();
  expect(me.value).toBeNull();
  expect(socket.close).toHaveBeenCalledOnce();
});

it("but not in the middle of a call, whose socket stays open until it is over", async () => {
  keepSession("session");
  expired = true;
  await ask();
  await ask();
  expect(me.value?.id).toBe("vera");
  expect(socket.close).not.toHaveBeenCalled();
  leaveSession("session");
  expect(me.value).toBeNull();
  expect(socket.close).toHaveBeenCalledOnce();
});

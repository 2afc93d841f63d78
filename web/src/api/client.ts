/**
 * The REST API, typed by its own description. The access token lives in memory only; the refresh token is in a cookie that no script can
 * read. An expired token is renewed once, by one request for all who wait, and the request is sent again.
 */
import createClient, { type Middleware } from "openapi-fetch";
import { asProblem, Problem } from "./problem.ts";
import type { components, paths } from "./schema.d.ts";

export type Schemas = components["schemas"];
type SignedIn = Schemas["SignedInView"];

let token: string | null = null;
let holder: string | null = null;
/** A little more than the gateway waits for the service. */
const TIMEOUT_MS = 35_000;
const REFRESH_TIMEOUT_MS = 8_000;
const REFRESH_WAITS_MS = [500, 1_000, 2_000];
let renewing: Promise<SignedIn | null> | null = null;
let onSignedOut: () => void = () => {};

/** Who is to hear that the device is signed out. */
export function whenSignedOut(act: () => void): void {
  onSignedOut = act;
}

/** The token of the one who has just signed in, or none. */
export function holdToken(signedIn: SignedIn | null): void {
  token = signedIn?.access_token ?? null;
  holder = signedIn?.user.id ?? null;
}

/** The next access token for the cookie. Null when the device is signed out. Throws Problem when that cannot be known now. */
export function renew(): Promise<SignedIn | null> {
  renewing ??= askAnew().finally(() => {
    renewing = null;
  });
  return renewing;
}

/**
 * One refresh after the other until one is answered. A cookie is good until the one that replaced it was used, so a repeat does no harm. A
 * request that hangs does not use up the time in which a session can be resumed (D18).
 */
async function askAnew(): Promise<SignedIn | null> {
  const signedIn = await answerOf(refresh, REFRESH_WAITS_MS);
  // Somebody else has signed in here in another tab: nothing that this page shows, or was about to do, is theirs.
  if (signedIn && holder !== null && holder !== signedIn.user.id) {
    location.reload();
    throw new Problem("network");
  }
  holdToken(signedIn);
  return signedIn;
}

async function answerOf<T>(ask: () => Promise<T>, waitsMs: readonly number[]): Promise<T> {
  try {
    return await ask();
  } catch (failed) {
    const [waitMs, ...others] = waitsMs;
    const why = asProblem(failed);
    if (waitMs === undefined || (why.code !== "network" && why.status < 500)) throw why;
    await new Promise((resolve) => setTimeout(resolve, waitMs));
    return answerOf(ask, others);
  }
}

async function refresh(): Promise<SignedIn | null> {
  const answer = await fetch("/api/auth/refresh", {
    method: "POST",
    headers: { "X-Requested-With": "twip" },
    signal: AbortSignal.timeout(REFRESH_TIMEOUT_MS),
  });
  const said = parsed(await answer.text());
  if (answer.ok) {
    const signedIn = said as SignedIn | null;
    if (!signedIn?.access_token || !signedIn.user?.id) throw new Problem(UNREADABLE);
    return signedIn;
  }
  const refused = problem(answer.status, said);
  if (refused.code !== "unauthenticated") throw refused;
  // Another tab was faster: its cookie is here in a moment.
  if (refused.facts.reason === "overtaken") throw new Problem("network");
  return null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const again = new WeakMap<Request, Request>();

const authorised: Middleware = {
  onRequest({ request }) {
    if (token) request.headers.set("Authorization", `Bearer ${token}`);
    request.headers.set("Accept-Language", document.documentElement.lang);
    again.set(request, request.clone());
    return request;
  },
  async onResponse({ request, response }) {
    const ours = response.headers.get("Content-Type")?.startsWith("application/problem+json");
    if (response.status !== 401 || !ours || !request.headers.has("Authorization")) return undefined;
    const spare = again.get(request);
    if (!(await renew()) || !spare) {
      onSignedOut();
      return undefined;
    }
    spare.headers.set("Authorization", `Bearer ${token}`);
    return fetch(spare);
  },
};

function authorisedClient() {
  const client = createClient<paths>({
    baseUrl: "/api",
    fetch: (request) => fetch(request, { signal: AbortSignal.timeout(TIMEOUT_MS) }),
  });
  client.use(authorised);
  return client;
}

export const api = authorisedClient();

/** What somebody in between says in the service's place: a network's sign-in page, a proxy, a cache. */
const UNREADABLE = "unreadable";
const HAS_A_BODY: readonly number[] = [200, 201];

/** The answer's body. Throws Problem: a refusal, or an answer that is none of the service's. */
export async function answered<T>(asked: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  const { data, error, response } = await asked.catch((failed: unknown) => {
    throw failed instanceof SyntaxError ? new Problem(UNREADABLE) : failed;
  });
  if (!response.ok) throw problem(response.status, error);
  if (HAS_A_BODY.includes(response.status) && (typeof data !== "object" || data === null))
    throw new Problem(UNREADABLE);
  return data as T;
}

function problem(status: number, body: unknown): Problem {
  const facts = (typeof body === "object" && body !== null ? body : {}) as Record<string, unknown>;
  const code = typeof facts.code === "string" ? facts.code : status >= 500 ? "unavailable" : UNREADABLE;
  return new Problem(code, facts, status);
}

/** A fresh Idempotency-Key: one an intent, so that a repeat of the press is the same request (D12). */
export function freshKey(): string {
  return crypto.randomUUID();
}

/** The header of an intent's key. */
export function keyed(key: string) {
  return { header: { "Idempotency-Key": key } };
}

import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { speak } from "../../src/i18n/index.ts";
import { marks } from "../../src/state/marks.ts";
import { type Me, me } from "../../src/state/me.ts";
import { Heart } from "../../src/ui/heart.tsx";
import { Toasts } from "../../src/ui/notices.tsx";

const VERA = { id: "vera", roles: ["user"] } as unknown as Me;
let sent: string[] = [];
/** How a change is answered, when the test says so. */
let answer: (() => Response) | null = null;
let release: () => void = () => {};
const place = document.createElement("main");
document.body.append(place);

const json = (body: unknown, status = 200) =>
  new Response(JSON.stringify(body), {
    status,
    headers: { "content-type": status < 400 ? "application/json" : "application/problem+json" },
  });

beforeAll(() => speak("en"));
beforeEach(() => {
  sent = [];
  answer = null;
  vi.stubGlobal("fetch", async (request: Request) => {
    const path = new URL(request.url).pathname.replace("/api", "");
    sent.push(`${request.method} ${path}`);
    if (request.method === "GET") return json({ twips: ["other"], people: [] });
    const given = answer;
    if (given) return given();
    await new Promise<void>((done) => {
      release = done;
    });
    return json({ twips: request.method === "PUT" ? ["one", "other"] : ["other"], people: [] });
  });
});
afterEach(() => {
  act(() => render(null, place));
  me.value = null;
  vi.unstubAllGlobals();
});

const settled = async () => {
  for (let n = 0; n < 4; n++) await act(async () => void (await new Promise((done) => setTimeout(done, 5))));
};
const heart = () => place.querySelector(".heart") as HTMLElement;

async function show(user: Me | null): Promise<void> {
  me.value = user;
  history.replaceState(null, "", "/twips/one?from=mail");
  act(() =>
    render(
      <>
        <Heart kind="twips" id="one" name="Lease check" />
        <Toasts />
      </>,
      place,
    ),
  );
  await settled();
}

test("a stranger is led to the way in and back", async () => {
  await show(null);
  expect(heart().getAttribute("href")).toBe(`/sign-in?next=${encodeURIComponent("/twips/one?from=mail")}`);
  expect(sent).toEqual([]);
});

test("a press fills the heart at once, and another one empties it", async () => {
  await show(VERA);
  expect(heart().getAttribute("aria-pressed")).toBe("false");
  act(() => heart().click());
  expect(heart().getAttribute("aria-pressed")).toBe("true");
  await settled();
  release();
  await settled();
  expect(marks.value?.twips).toEqual(["one", "other"]);
  act(() => heart().click());
  await settled();
  release();
  await settled();
  expect(heart().getAttribute("aria-pressed")).toBe("false");
  expect(sent).toEqual(["GET /me/marks", "PUT /me/favourites/one", "DELETE /me/favourites/one"]);
});

test("a heart that could not be filled is empty again, and why is said", async () => {
  answer = () => json({ code: "limit_reached", status: 409, what: "favourites", limit: 100 }, 409);
  await show(VERA);
  act(() => heart().click());
  await settled();
  expect(heart().getAttribute("aria-pressed")).toBe("false");
  expect(place.textContent).toContain("There are a hundred already");
});

test("whoever comes after on the same device has hearts of their own", async () => {
  await show(VERA);
  expect(marks.value).not.toBeNull();
  await act(async () => {
    me.value = null;
  });
  expect(marks.value).toBeNull();
});

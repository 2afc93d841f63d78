import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import type { Schemas } from "../../src/api/client.ts";
import { speak } from "../../src/i18n/index.ts";
import { PeopleSection } from "../../src/pages/admin/people.tsx";

const lev: Schemas["PersonView"] = {
  id: "u1",
  email: "lev@example.org",
  display_name: "Lev",
  lang: "en",
  confirmed_at: "2026-11-30T10:00:00.000Z",
  roles: ["user"],
  state: "active",
  created_at: "2026-11-30T10:00:00.000Z",
};
const place = document.createElement("main");
document.body.append(place);
const asked: unknown[] = [];

beforeAll(() => speak("en"));
beforeEach(() => {
  asked.length = 0;
  vi.stubGlobal("fetch", async (request: Request) => {
    if (request.method === "GET") return Response.json({ items: [lev], next_cursor: null });
    asked.push(await request.json());
    return Response.json({ ...lev, state: "blocked" });
  });
});
afterEach(() => {
  act(() => render(null, place));
  vi.unstubAllGlobals();
});

const reason = () => place.querySelector<HTMLTextAreaElement>("dialog textarea");

async function press(name: string): Promise<void> {
  const found = () =>
    [...place.querySelectorAll("button")].find((it) => (it.getAttribute("aria-label") ?? it.textContent) === name);
  await vi.waitFor(() => expect(found()).toBeTruthy());
  await act(async () => found()?.click());
}

test("why somebody is to be blocked is still there after Escape, and gone once it is done", async () => {
  act(() => render(<PeopleSection />, place));
  await press("Block Lev?");
  const box = reason() as HTMLTextAreaElement;
  box.value = "Sells what is not theirs";
  act(() => void box.dispatchEvent(new Event("input", { bubbles: true })));
  act(() => void place.querySelector("dialog")?.dispatchEvent(new Event("cancel", { cancelable: true })));
  expect(reason()).toBeNull();
  await press("Block Lev?");
  expect(reason()?.value).toBe("Sells what is not theirs");
  await press("Block");
  await vi.waitFor(() => expect(reason()).toBeNull());
  expect(asked).toEqual([{ roles: null, blocked: true, reason: "Sells what is not theirs" }]);
  await press("Unblock Lev?");
  expect(reason()?.value).toBe("");
});

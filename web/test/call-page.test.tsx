import { render } from "preact";
import { act } from "preact/test-utils";
import { LocationProvider } from "preact-iso";
import { afterEach, beforeAll, expect, test, vi } from "vitest";
import { speak } from "../src/i18n/index.ts";
import CallPage from "../src/pages/call/call.tsx";
import { me } from "../src/state/me.ts";

const ORDER = { id: "o", kind: "work", role: "customer", state: "open", other_name: "Vera", consultation: null };
vi.mock("../src/api/client.ts", async (original) => ({
  ...(await original<object>()),
  api: { GET: () => Promise.resolve({ data: ORDER, response: { ok: true } }) },
}));
const place = document.createElement("main");

beforeAll(() => speak("en"));
afterEach(() => render(null, place));

test("who comes to the call of an order that has no calls is shown the order", async () => {
  history.replaceState(null, "", "/call/o");
  me.value = { id: "c", roles: ["user"] } as never;
  await act(async () => {
    render(
      <LocationProvider>
        <CallPage id="o" />
      </LocationProvider>,
      place,
    );
  });
  await vi.waitFor(() => expect(location.pathname).toBe("/orders/o"));
});

import { render } from "preact";
import { act } from "preact/test-utils";
import { LocationProvider } from "preact-iso";
import { afterEach, beforeAll, expect, test, vi } from "vitest";
import type { Schemas } from "../../src/api/client.ts";
import { speak } from "../../src/i18n/index.ts";
import { lastOf, Messages } from "../../src/pages/orders/correspondence.tsx";
import { thread } from "./made.ts";

const place = document.createElement("main");
document.body.append(place);
const AT = "2026-01-31T09:30:00.000Z";
const FILE = { id: "f", name: "Plan.pdf", type: "application/pdf", size: 5, scan: null };

beforeAll(() => speak("en"));
afterEach(() => {
  act(() => render(null, place));
  vi.unstubAllGlobals();
});

async function open(threads: Array<Schemas["ThreadCard"]>): Promise<void> {
  vi.stubGlobal(
    "fetch",
    async () =>
      new Response(JSON.stringify({ items: threads, next_cursor: null }), {
        headers: { "content-type": "application/json" },
      }),
  );
  act(() =>
    render(
      <LocationProvider>
        <Messages />
      </LocationProvider>,
      place,
    ),
  );
  for (let n = 0; n < 3; n++) await act(async () => void (await new Promise((done) => setTimeout(done, 10))));
}

function entry(changes: Partial<Schemas["ThreadEntry"]>): Pick<Schemas["ThreadCard"], "newest" | "role"> {
  return {
    role: "customer",
    newest: { id: "m", by: "customer", at: AT, text: "", attachments: [], act: null, ...changes },
  };
}
const done = (name: Schemas["WorkAct"]) => ({
  act: name,
  state: "working" as const,
  to_performer: null,
  days: null,
  proposal: null,
});

test("each thread says with whom, about what, and what was said last, and leads to it", async () => {
  await open([thread(), thread({ order_id: "o2", unread: 0, other_name: "Vera" })]);
  const [first, second] = place.querySelectorAll("article");
  for (const said of ["Pavel Orlov", "A logo", "Which colours?", "1 unread"])
    expect(first?.textContent).toContain(said);
  expect(first?.querySelector("a")?.getAttribute("href")).toBe("/orders/o#talk");
  expect(first?.className).toBe("letter-new");
  expect(second?.className).not.toBe("letter-new");
  expect(second?.textContent).not.toContain("unread");
});

test("whoever has not written to anybody reads what will stand here", async () => {
  await open([]);
  expect(place.textContent).toContain("No messages yet");
});

test("what was said last is told with whose it was; what was only done or sent, as what it is", () => {
  expect(lastOf(entry({ text: "In blue" }))).toBe("You: In blue");
  expect(lastOf(entry({ text: "In blue", by: "performer" }))).toBe("In blue");
  expect(lastOf(entry({ attachments: [FILE, FILE] }))).toBe("You: 2\u00a0files");
  expect(lastOf(entry({ by: "performer", act: done("start") }))).toBe("The work has been started");
  expect(lastOf(entry({ act: done("accept") }))).toBe("The work has been accepted");
  expect(lastOf(entry({ by: "performer", text: "Here it is", act: done("deliver") }))).toBe("Here it is");
  expect(lastOf(entry({ by: "service", act: done("lapse_start") }))).toBe(
    "Not started in time: the money has returned",
  );
  expect(lastOf({ role: "performer", newest: null })).toBe("A new order");
});

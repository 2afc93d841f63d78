/** A page shows what changed while nobody could tell it. */
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type SocketState, socket } from "../src/socket/socket.ts";
import { useFresh } from "../src/state/fresh.ts";

let reads: number;

function Page({ everyMs }: { everyMs?: number | undefined }) {
  useFresh(() => {
    reads += 1;
  }, everyMs);
  return null;
}

const states = (...found: SocketState[]) =>
  act(() => {
    for (const state of found) socket.state.value = state;
  });

const show = (everyMs?: number) => act(() => render(<Page everyMs={everyMs} />, document.body));

beforeEach(() => {
  reads = 0;
  socket.state.value = "closed";
});

afterEach(() => act(() => render(null, document.body)));

describe("a page that is told of changes", () => {
  test("reads again when its socket first opens, for it was read before", async () => {
    await show();
    await states("opening", "open");
    expect(reads).toBe(1);
  });

  test("is not read twice when the socket is open already", async () => {
    await states("opening", "open");
    await show();
    expect(reads).toBe(0);
  });

  test("reads again whenever the socket comes back", async () => {
    await show();
    await states("open", "lost", "open");
    expect(reads).toBe(2);
  });
});

test("a page that reads by itself waits for its next reading, but for a socket that was lost", async () => {
  await show(60_000);
  await states("opening", "open");
  expect(reads).toBe(0);
  await states("lost", "open");
  expect(reads).toBe(1);
});

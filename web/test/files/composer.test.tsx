import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeAll, expect, test, vi } from "vitest";
import { Problem } from "../../src/api/problem.ts";
import { Composer } from "../../src/files/composer.tsx";
import { speak } from "../../src/i18n/index.ts";

const place = document.createElement("main");
document.body.append(place);
const moved = vi.fn();

beforeAll(() => speak("en"));
afterEach(() => {
  act(() => render(null, place));
  sessionStorage.clear();
  vi.clearAllMocks();
});

function composer(send: () => Promise<void>): HTMLTextAreaElement {
  const props = { draft: "thread.o", label: "Message", placeholder: "", hint: "", maxLength: 4_000 };
  act(() => render(<Composer {...props} send={send} onMoved={moved} />, place));
  const field = place.querySelector("textarea");
  if (!field) throw new Error("no field");
  return field;
}

function type(field: HTMLTextAreaElement, text: string): void {
  field.value = text;
  act(() => void field.dispatchEvent(new Event("input", { bubbles: true })));
}

async function submit(): Promise<void> {
  await act(async () => {
    place.querySelector("form")?.dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
    await new Promise((done) => setTimeout(done));
  });
}

test("a message that was not sent is there again after an answered call, and gone once it is sent", async () => {
  const send = vi.fn(async () => {});
  type(composer(send), "When will it be ready?");
  act(() => render(null, place));
  const field = composer(send);
  expect(field.value).toBe("When will it be ready?");
  await submit();
  expect([send.mock.calls.length, field.value]).toEqual([1, ""]);
  act(() => render(null, place));
  expect(composer(send).value).toBe("");
});

test("what is wrong with the text is said at the text", async () => {
  const errors = [{ field: "text", code: "control_characters" }];
  const field = composer(async () => Promise.reject(new Problem("invalid_input", { errors })));
  type(field, "?");
  await submit();
  const error = document.getElementById(field.getAttribute("aria-describedby") ?? "");
  expect([field.getAttribute("aria-invalid"), error?.textContent]).toEqual([
    "true",
    expect.stringContaining("Hidden characters"),
  ]);
});

test("a thread that was closed meanwhile is read again, and the text stays", async () => {
  const field = composer(async () => Promise.reject(new Problem("wrong_state")));
  type(field, "Hello");
  await submit();
  expect([moved.mock.calls.length, field.value]).toEqual([1, "Hello"]);
});

test("what is on its way is not read out at each percent; whoever removes a file stands where one is chosen", async () => {
  vi.spyOn(crypto.subtle, "digest").mockReturnValue(new Promise(() => {}));
  composer(async () => {});
  const input = place.querySelector<HTMLInputElement>("input[type=file]");
  Object.defineProperty(input, "files", { value: [new File(["x"], "a.pgn")] });
  act(() => void input?.dispatchEvent(new Event("change", { bubbles: true })));
  const told = place.querySelector("[role=status]");
  expect([told?.textContent, told?.firstElementChild?.getAttribute("aria-hidden")]).toEqual(["Sending: 0%", "true"]);
  const remove = place.querySelector<HTMLElement>("[aria-label='Remove a.pgn']");
  remove?.focus();
  act(() => remove?.click());
  expect(document.activeElement?.getAttribute("aria-label")).toContain("Attach a file");
  vi.restoreAllMocks();
});

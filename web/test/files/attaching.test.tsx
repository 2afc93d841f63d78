import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeAll, expect, test, vi } from "vitest";
import { type FieldProblem, Problem } from "../../src/api/problem.ts";
import { besideFields } from "../../src/files/attaching.tsx";
import { Composer } from "../../src/files/composer.tsx";
import { speak } from "../../src/i18n/index.ts";

let uploads = 0;
vi.mock("../../src/files/sending.ts", async (original) => ({
  ...(await original<typeof import("../../src/files/sending.ts")>()),
  sendFile: async () => `upload-${++uploads}`,
}));
const place = document.createElement("main");
document.body.append(place);
const wrong = (...errors: FieldProblem[]) => new Problem("invalid_input", { errors }, 422);

beforeAll(() => speak("en"));
afterEach(() => act(() => render(null, place)));

const settled = () => act(async () => void (await new Promise((done) => setTimeout(done))));

async function press(name: string): Promise<void> {
  const button = [...place.querySelectorAll("button")].find(
    (it) => (it.getAttribute("aria-label") ?? it.textContent) === name,
  );
  button?.click();
  await settled();
}

test("a file that the service does not take along says why, and is sent anew before the message is", async () => {
  const sent: string[][] = [];
  const send = async ({ attachments }: { attachments: string[] }) => {
    sent.push(attachments);
    if (sent.length === 1) throw wrong({ field: "attachments.1", code: "unknown_upload" });
  };
  act(() =>
    render(<Composer draft="d" label="" placeholder="" hint="" maxLength={9} send={send} onMoved={() => {}} />, place),
  );
  const input = place.querySelector<HTMLInputElement>("input[type=file]");
  Object.defineProperty(input, "files", { value: [new File(["1"], "plan.pdf"), new File(["2"], "sums.pdf")] });
  input?.dispatchEvent(new Event("change"));
  await settled();
  await press("Send");
  const [good, bad] = place.querySelectorAll(".atts li");
  expect(bad?.textContent).toContain("sent before or too long ago");
  expect(good?.textContent).not.toContain("too long ago");
  expect(place.textContent).not.toContain("Some fields need another look");
  await press("Send");
  expect(sent, "not before the file is there").toHaveLength(1);
  await press("Try again");
  await press("Send");
  expect(sent).toEqual([
    ["upload-1", "upload-2"],
    ["upload-1", "upload-3"],
  ]);
});

test("what no field and no file of a form says is said by itself", () => {
  const text = { field: "text", code: "required" };
  const file = { field: "attachments.0", code: "not_uploaded" };
  const other = { field: "to_performer", code: "too_large" };
  expect(besideFields(wrong(text, file), "text")).toBeUndefined();
  for (const problem of [wrong(text), wrong(text, other), new Problem("wrong_state")])
    expect(besideFields(problem, "reason")).toBe(problem);
});

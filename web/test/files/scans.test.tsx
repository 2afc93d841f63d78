/** Files that were sent along say what a scan says of them; who has not sent them waits for it, and the page looks again by itself. */
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Schemas } from "../../src/api/client.ts";
import { FileList } from "../../src/files/file-list.tsx";
import { useRecheck, type Verdict } from "../../src/files/scans.ts";
import { speak } from "../../src/i18n/index.ts";

const place = document.createElement("main");

beforeEach(async () => {
  vi.useFakeTimers();
  await speak("en");
});
afterEach(() => {
  render(null, place);
  vi.useRealTimers();
});

function file(scan: Verdict | null): Schemas["SentView"] {
  return { id: "f1", name: "Plan.pdf", type: "application/pdf", size: 10, scan };
}

function shown(scan: Verdict | null, own = false): [string, boolean, string[]] {
  const asked: string[] = [];
  const link = async (id: string) => {
    asked.push(id);
    return "#";
  };
  act(() => render(<FileList files={[file(scan)]} own={own} link={link} />, place));
  const button = place.querySelector("button");
  act(() => button?.click());
  const said = [...place.querySelectorAll("small")].map((it) => it.textContent).join(". ");
  render(null, place);
  return [said, button?.getAttribute("aria-disabled") === "true", asked];
}

test("a file that is held says why, and its button does nothing", () => {
  expect(shown("checking")).toEqual(["1\u00a0kB · being checked", true, []]);
  expect(shown("infected")).toEqual([
    "1\u00a0kB · malware found. It cannot be downloaded. Ask for another file.",
    true,
    [],
  ]);
  expect(shown("too_large")).toEqual([
    "1\u00a0kB · too large to be checked. It cannot be downloaded. Ask for it in another way: unpacked, or as several smaller files.",
    true,
    [],
  ]);
});

test("a file that has passed, or that nobody scans, is fetched", () => {
  expect(shown("clean")).toEqual(["1\u00a0kB · checked", false, ["f1"]]);
  expect(shown("not_scanned")).toEqual(["1\u00a0kB · not scanned", false, ["f1"]]);
  expect(shown(null)).toEqual(["1\u00a0kB", false, ["f1"]]);
});

test("whoever has sent a file has it whatever a scan says", () => {
  expect(shown("checking", true)).toEqual(["1\u00a0kB · being checked", false, ["f1"]]);
});

test("to whoever has sent a file that stays held it says so, and what to do instead", () => {
  expect(shown("infected", true)[0]).toContain("Nobody else can download it. Send the file afresh");
  expect(shown("too_large", true)[0]).toContain("Nobody else can download it. Send it in another way");
});

function Page({ scan, read, reload }: { scan: Verdict; read: number; reload: () => void }) {
  useRecheck([{ scan }], read, reload);
  return null;
}

test("while a file is being checked the page looks again, less and less often, and then no more", () => {
  const reload = vi.fn();
  const show = (scan: Verdict, read: number) =>
    act(() => render(<Page scan={scan} read={read} reload={reload} />, place));
  show("checking", 1);
  vi.advanceTimersByTime(3000);
  expect(reload).toHaveBeenCalledTimes(1);
  show("checking", 2);
  vi.advanceTimersByTime(3000);
  expect(reload).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(3000);
  expect(reload).toHaveBeenCalledTimes(2);
  show("clean", 3);
  vi.advanceTimersByTime(600_000);
  expect(reload).toHaveBeenCalledTimes(2);
});

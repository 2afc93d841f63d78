import { render } from "preact";
import { useState } from "preact/hooks";
import { act } from "preact/test-utils";
import { afterEach, beforeAll, expect, test, vi } from "vitest";
import { Problem } from "../../src/api/problem.ts";
import * as goodsApi from "../../src/goods/goods-api.ts";
import type { Good } from "../../src/goods/goods-rules.ts";
import { Transfers } from "../../src/goods/transfers.ts";
import { speak } from "../../src/i18n/index.ts";
import { FilesFields } from "../../src/pages/offer/files-offer.tsx";
import { blank, type Form } from "../../src/pages/offer/form.ts";
import { fileOf, Service, toolsOf, upload } from "./made.ts";

vi.mock("../../src/goods/goods-api.ts", () => ({ uploadsOf: vi.fn(), dropUpload: vi.fn(async () => {}) }));
const place = document.createElement("main");
document.body.append(place);
beforeAll(() => speak("en"));
afterEach(() => {
  act(() => render(null, place));
  vi.clearAllMocks();
});

const good = (id: string): Good => ({ id, name: `${id}.pdf`, type: "application/pdf", size: 2048 });
const names = () => [...place.querySelectorAll(".goods-own .good-text > b")].map((it) => it.textContent);
const said = () => place.querySelector(".sr[role=status]")?.textContent;

function shown(files: Form["files"], kept: readonly Good[], service = new Service(upload())) {
  const transfers = new Transfers(toolsOf(service), () => {});
  const added: Array<[names: string[], instead: string | undefined]> = [];
  function Page() {
    const [form, setForm] = useState<Form>({ ...blank("en", "files"), files });
    return (
      <FilesFields
        form={form}
        fault={() => undefined}
        put={(_field, part) => setForm({ ...form, ...part })}
        currency="RUB"
        goods={{
          transfers,
          twipId: "t1",
          kept,
          scans: { infected: "infected", kept: "checking" },
          add: (chosen, instead) => added.push([[...chosen].map(({ name }) => name), instead]),
        }}
      />
    );
  }
  act(() => render(<Page />, place));
  return { transfers, added };
}

function press(name: string): void {
  const button = [...place.querySelectorAll("button")].find(
    (it) => (it.getAttribute("aria-label") ?? it.textContent) === name,
  );
  act(() => button?.click());
}

test("a file that is moved keeps the focus and says where it is now", () => {
  shown({ price: "", files: [good("a"), good("b"), good("c")], links: [] }, []);
  press("Move c.pdf up");
  expect(names()).toEqual(["a.pdf", "c.pdf", "b.pdf"]);
  expect(document.activeElement?.getAttribute("aria-label")).toBe("Move c.pdf up");
  expect(said()).toBe("c.pdf: now 2 of 3");
  press("Move c.pdf up");
  expect(document.activeElement?.getAttribute("aria-label"), "at the end of the way the other button").toBe(
    "Move c.pdf down",
  );
});

test("a file that the twip has stays in the storage when it is removed from the form, an upload does not", () => {
  shown({ price: "", files: [good("kept"), good("new")], links: [] }, [good("kept")]);
  expect(place.textContent).toContain("kB, not saved yet");
  press("Remove kept.pdf");
  expect(goodsApi.dropUpload).not.toHaveBeenCalled();
  press("Remove new.pdf");
  expect(goodsApi.dropUpload).toHaveBeenCalledWith("new");
  expect(names()).toEqual([]);
  expect(document.activeElement?.textContent).toBe("Choose files");
});

test("a saved file says how its scan stands, and one with malware is marked", () => {
  shown({ price: "", files: [good("kept"), good("infected"), good("new")], links: [] }, [
    good("kept"),
    good("infected"),
  ]);
  const rows = [...place.querySelectorAll(".goods-own > li")];
  expect(rows.map((it) => it.querySelector("small")?.textContent?.replace(/^[^,]*, /, ""))).toEqual([
    "being checked",
    "malware found",
    "not saved yet",
  ]);
  expect(rows.map((it) => it.className)).toEqual(["", "goods-bad", ""]);
});

test("with three files no further one can be chosen, but one can be replaced", () => {
  const { added } = shown({ price: "", files: [good("a"), good("b"), good("c")], links: [] }, []);
  const choose = [...place.querySelectorAll("button")].find((it) => it.textContent === "Choose files");
  expect(choose?.getAttribute("aria-disabled")).toBe("true");
  expect(place.textContent).toContain("You can sell up to three files.");
  const input = place.querySelector<HTMLInputElement>('[data-good="b"] input[type=file]');
  Object.defineProperty(input, "files", { value: [new File(["1"], "b2.pdf")] });
  act(() => void input?.dispatchEvent(new Event("change")));
  expect(added).toEqual([[["b2.pdf"], "b"]]);
});

test("files are dropped anywhere on the page, and pasted; a text that is pasted is none", () => {
  const { added } = shown({ price: "", files: [], links: [] }, []);
  const drop = new Event("drop", { cancelable: true });
  Object.assign(drop, { dataTransfer: { types: ["Files"], items: [], files: [new File(["1"], "dropped.zip")] } });
  act(() => void dispatchEvent(drop));
  expect(drop.defaultPrevented, "else the browser would open it").toBe(true);
  const paste = (types: string[]) => {
    const event = Object.assign(new Event("paste"), {
      clipboardData: { types, files: [new File(["1"], "shot.png")] },
    });
    act(() => void dispatchEvent(event));
  };
  paste(["Files"]);
  paste(["text/plain", "Files"]);
  expect(added.map(([chosen]) => chosen)).toEqual([["dropped.zip"], ["shot.png"]]);
});

test("what keeps a file from arriving is said in words, with the way on, and read out once", async () => {
  const service = new Service(upload());
  service.failing.push(["begin", new Problem("forbidden", {}, 403)]);
  const { transfers } = shown({ price: "", files: [], links: [] }, [], service);
  act(() => transfers.add("t1", [fileOf("0123456789")], 0));
  await act(() => vi.waitFor(() => expect(transfers.rows.value).toMatchObject([{ state: "failed" }])));
  expect(place.querySelector(".goods-own")?.textContent).toContain("This is not open to you.");
  expect(said()).toBe("a.zip: This is not open to you.");
  press("Cancel a.zip");
  expect(names()).toEqual([]);
});

test("a file that cannot be read any more is asked for, and is not sent afresh as it is", async () => {
  const { transfers } = shown({ price: "", files: [], links: [] }, []);
  const gone = fileOf("0123456789", "notes.txt");
  gone.slice = () => ({ arrayBuffer: () => Promise.reject(new DOMException("", "NotReadableError")) }) as Blob;
  await act(async () => transfers.add("t1", [gone], 0));
  await vi.waitFor(() => expect(place.textContent).toContain("Choose it again."));
  expect(place.textContent).not.toContain("Send afresh");
  expect(place.querySelector('input[aria-label="Choose the file: notes.txt"]')).not.toBeNull();
});

test("of an unfinished upload the same file is asked for, and another one is told apart", () => {
  const { transfers } = shown({ price: "", files: [], links: [] }, []);
  const begun = upload({ name: "film.mp4", size: 10, arrived: { 1: "d" } });
  act(() => {
    transfers.unfinished.value = [begun];
  });
  expect(place.textContent).toContain("have arrived. Choose the same file");
  const input = place.querySelector<HTMLInputElement>(".goods-own input[type=file]");
  Object.defineProperty(input, "files", { value: [fileOf("0", "other.mp4")] });
  act(() => void input?.dispatchEvent(new Event("change")));
  expect(place.textContent).toContain("This is another file. Choose film.mp4.");
  expect(transfers.unfinished.value).toEqual([begun]);
});

test("a link says what is wrong with it when one has left it, and gets what most people leave out", () => {
  shown({ price: "", files: [], links: [] }, []);
  press("Add a link");
  const field = () => place.querySelector<HTMLInputElement>('[name="files.links.0"]');
  expect(document.activeElement).toBe(field());
  const type = (text: string) =>
    act(() => {
      const input = field() as HTMLInputElement;
      input.value = text;
      input.dispatchEvent(new Event("input", { bubbles: true }));
    });
  const leave = () => act(() => void field()?.dispatchEvent(new FocusEvent("focusout", { bubbles: true })));
  type("javascript:alert(1)");
  expect(field()?.getAttribute("aria-invalid")).toBeNull();
  leave();
  expect(field()?.getAttribute("aria-invalid")).toBe("true");
  expect(place.textContent).toContain("Begin with https://");
  expect(place.querySelector(".preview a"), "and no buyer's page shows it").toBeNull();
  type("example.org/a");
  leave();
  expect(field()?.value).toBe("https://example.org/a");
  expect(place.querySelector(".preview a")?.getAttribute("href")).toBe("https://example.org/a");
  expect(field()?.getAttribute("aria-invalid")).toBeNull();
});

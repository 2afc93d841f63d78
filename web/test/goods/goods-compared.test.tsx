import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeAll, expect, test, vi } from "vitest";
import type { Schemas } from "../../src/api/client.ts";
import { Problem } from "../../src/api/problem.ts";
import * as goodsApi from "../../src/goods/goods-api.ts";
import type { Scans } from "../../src/goods/twip-scans.ts";
import { speak } from "../../src/i18n/index.ts";
import { GoodsCompared } from "../../src/pages/admin/goods-compared.tsx";
import { me } from "../../src/state/me.ts";

vi.mock("../../src/goods/goods-api.ts", () => ({
  goodLink: vi.fn(),
  releaseGood: vi.fn(async () => {}),
  twipScans: vi.fn(),
}));
const place = document.createElement("main");
document.body.append(place);
beforeAll(() => speak("en"));
afterEach(() => {
  act(() => render(null, place));
  vi.clearAllMocks();
});

const file = (id: string) => ({ id, name: `${id}.zip`, type: "application/zip", size: 2048 });
const content = (files: string[], links: string[]) => ({
  files: { price: null, files: files.map(file), link_count: links.length, links },
});
const released = vi.fn();
const shown = (part: object, scans: Scans = {}) => {
  const twip = { id: "t1", author_id: "irina", published: null, ...part } as Schemas["TwipView"];
  act(() => render(<GoodsCompared twip={twip} scans={scans} onReleased={released} />, place));
};
const names = () =>
  [...place.querySelectorAll("button")].map((it) => it.getAttribute("aria-label") ?? it.textContent?.trim());

async function press(name: string): Promise<void> {
  const button = [...place.querySelectorAll("button")].find(
    (it) => (it.getAttribute("aria-label") ?? it.textContent) === name,
  );
  await act(async () => button?.click());
}

test("what came and what went is told, and only what would be sold is opened", () => {
  shown({
    published: content(["kept", "old"], ["https://example.org/a"]),
    draft: content(["new", "kept"], ["https://example.org/b"]),
  });
  const rows = [...place.querySelectorAll("li .good-text")].map((it) => it.textContent?.replace(/\d.*/, "").trim());
  expect(rows.slice(0, 3)).toEqual(["new.zip added", "kept.zip", "old.zip removed"]);
  expect(names()).toEqual(["Download new.zip", "Download kept.zip"]);
  const links = [...place.querySelectorAll("a")];
  expect(links.map((it) => it.getAttribute("href"))).toEqual(["https://example.org/b"]);
  expect(links[0]?.rel).toBe("noopener noreferrer nofollow");
  expect(place.textContent).toContain("Links lead off the site");
});

test("a file that is too large for the scanner is let through by hand, one that waits for it is not", async () => {
  shown({ draft: content(["film"], []) }, { film: "checking" });
  expect(place.querySelector("small")?.textContent).toContain("being checked");
  expect(names()).toEqual(["Download film.zip"]);
  await press("Download film.zip");
  expect(goodsApi.goodLink).not.toHaveBeenCalled();
  shown({ draft: content(["film"], []) }, { film: "too_large" });
  expect(place.querySelector("small")?.textContent).toContain("too large to be checked");
  await press("Let it through without a scan");
  expect(goodsApi.releaseGood).toHaveBeenCalledWith("t1", "film");
  expect(released).toHaveBeenCalledTimes(1);
});

test("that another moderator was faster is told, and the scans are read again", async () => {
  vi.mocked(goodsApi.releaseGood).mockRejectedValueOnce(new Problem("wrong_state", { what: "scan" }, 409));
  shown({ draft: content(["film"], []) }, { film: "too_large" });
  await press("Let it through without a scan");
  expect(place.querySelector("[role=alert]")).not.toBeNull();
  expect(released).toHaveBeenCalledTimes(1);
});

test("of one's own nothing is let through, and what is no more sold says nothing of a scan", async () => {
  me.value = { id: "author" } as typeof me.value;
  shown({ author_id: "author", draft: content(["film"], []) }, { film: "too_large" });
  expect(names()).toEqual(["Download film.zip"]);
  await press("Download film.zip");
  expect(goodsApi.goodLink).toHaveBeenCalledWith("t1", "film");
  me.value = null;
  shown({ published: content(["old"], []), draft: content([], []) }, { old: "too_large" });
  expect(names()).toEqual([]);
  expect(place.textContent).not.toContain("too large");
});

import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeAll, expect, test, vi } from "vitest";
import type { Schemas } from "../../src/api/client.ts";
import { Problem } from "../../src/api/problem.ts";
import * as goodsApi from "../../src/goods/goods-api.ts";
import { speak } from "../../src/i18n/index.ts";
import { GoodsCompared } from "../../src/pages/admin/goods-compared.tsx";

vi.mock("../../src/goods/goods-api.ts", () => ({ goodLink: vi.fn(), releaseGood: vi.fn(async () => {}) }));
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
const shown = (part: object) =>
  act(() => render(<GoodsCompared twip={{ id: "t1", published: null, ...part } as Schemas["TwipView"]} />, place));

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
  expect([...place.querySelectorAll("button")].map((it) => it.getAttribute("aria-label"))).toEqual([
    "Download new.zip",
    "Download kept.zip",
  ]);
  const links = [...place.querySelectorAll("a")];
  expect(links.map((it) => it.getAttribute("href"))).toEqual(["https://example.org/b"]);
  expect(links[0]?.rel).toBe("noopener noreferrer nofollow");
  expect(place.textContent).toContain("Links lead off the site");
});

test("a file that is too large for the scanner is let through by hand, one that waits for it is not", async () => {
  vi.mocked(goodsApi.goodLink).mockRejectedValue(new Problem("being_checked", { scan: "checking" }, 409));
  shown({ draft: content(["film"], []) });
  await press("Download film.zip");
  expect(place.textContent).toContain("still being checked");
  await press("Let it through without a scan");
  expect(goodsApi.releaseGood).not.toHaveBeenCalled();
  vi.mocked(goodsApi.goodLink).mockRejectedValue(new Problem("being_checked", { scan: "too_large" }, 409));
  await press("Download film.zip");
  expect(place.textContent).toContain("too large to be checked");
  await press("Let it through without a scan");
  expect(goodsApi.releaseGood).toHaveBeenCalledWith("t1", "film");
  expect(place.textContent).not.toContain("too large to be checked");
});

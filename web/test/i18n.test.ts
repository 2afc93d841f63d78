import { expect, it } from "vitest";
import { en } from "../src/i18n/en/index.ts";
import { ru } from "../src/i18n/ru/index.ts";

/** Plural forms are one leaf, for each language has its own. */
function isPlural(node: object): boolean {
  return "one" in node && "other" in node && Object.values(node).every((form) => typeof form === "string");
}

/** Every leaf by its path. */
function leaves(node: unknown, path = ""): Map<string, unknown> {
  if (typeof node !== "object" || node === null || isPlural(node)) return new Map([[path, node]]);
  return new Map(Object.entries(node).flatMap(([key, value]) => [...leaves(value, `${path}.${key}`)]));
}

/** States in which there is nothing to say. */
const SILENT = new Set([".market.unpublished.none", ".market.page.ended.open"]);

it("says everything in both languages", () => {
  expect([...leaves(ru).keys()].sort()).toEqual([...leaves(en).keys()].sort());
});

it("leaves nothing empty, and no English among the Russian", () => {
  const known = /^(EN|РУ|English|Twip|CSV|e-mail|ID)$/;
  for (const [path, value] of leaves(ru)) {
    if (typeof value !== "string" || SILENT.has(path)) continue;
    expect(value.trim(), path).not.toBe("");
    if (!known.test(value) && path !== ".common.other.lang") expect(value, path).toMatch(/[а-яё0-9]/i);
  }
});

it("has the plural forms that Russian needs", () => {
  for (const [path, value] of leaves(ru)) {
    if (typeof value === "object" && value !== null)
      expect(Object.keys(value).sort(), path).toEqual(["few", "many", "one", "other"]);
  }
});

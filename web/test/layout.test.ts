import { expect, test } from "vitest";

const sources = Object.keys(import.meta.glob("../src/**/*.{ts,tsx}"));

/** A module's name without its folder and endings. */
const baseName = (path: string) => path.replace(/^.*\//, "").replace(/(\.d)?\.tsx?$/, "");

test("a module is found by its name: only the texts of the two languages share theirs", () => {
  const modules = sources.filter((path) => !/^\.\.\/src\/i18n\/(en|ru)\//.test(path));
  const doubles = modules.filter((path) => modules.some((it) => it !== path && baseName(it) === baseName(path)));
  expect(modules.length).toBeGreaterThan(100);
  expect(doubles).toEqual([]);
});

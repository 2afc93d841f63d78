import { describe, expect, test } from "vitest";

const GENERATED = ["../src/api/schema.d.ts", "../src/socket/frames.d.ts"];
/** What is run, not imported. */
const PROGRAMS = ["../src/main.tsx", "../src/socket/timers.worker.ts"];
const LONGEST = 400;

const sources: Record<string, string> = import.meta.glob("../src/**/*.{ts,tsx,css}", {
  query: "?raw",
  import: "default",
  eager: true,
});
const written = Object.entries(sources).filter(([path]) => !GENERATED.includes(path));
const modules = Object.keys(sources).filter((path) => /\.tsx?$/.test(path));

/** A module's name without its folder and endings. */
const baseName = (path: string) => path.replace(/^.*\//, "").replace(/(\.d)?\.tsx?$/, "");

describe("the sources", () => {
  test("are found by their names: only the texts of the two languages share theirs", () => {
    const named = modules.filter((path) => !/^\.\.\/src\/i18n\/(en|ru)\//.test(path));
    const doubles = named.filter((path) => named.some((it) => it !== path && baseName(it) === baseName(path)));
    expect(named.length).toBeGreaterThan(100);
    expect(doubles).toEqual([]);
  });

  test("are not longer than a reader can hold", () => {
    const long = written.filter(([, text]) => text.split("\n").length - 1 > LONGEST);
    expect(long.map(([path]) => path)).toEqual([]);
  });

  test("do nothing when they are imported", () => {
    const acting = written.filter(([, text]) => /^(void |await )?[a-zA-Z_$][\w$.]*\(/m.test(text));
    expect(acting.map(([path]) => path).filter((path) => path.endsWith("css") === false)).toEqual(PROGRAMS);
  });
});

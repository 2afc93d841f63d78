/** Initials on an avatar. */
import { afterEach, describe, expect, it, vi } from "vitest";
import { initials } from "../src/ui/person.tsx";

afterEach(() => vi.unstubAllGlobals());

describe("initials", () => {
  it.each([
    ["Вера Соколова", "ВС"],
    [" vera ", "VE"],
    ["Anna Maria Luisa", "AM"],
    ["Я", "Я"],
    ["", ""],
  ])("of %s are two letters at most", (name, letters) => expect(initials(name)).toBe(letters));

  it.each([
    ["🇷🇺 Иван", "🇷🇺И"],
    ["👩‍⚖️ Вера", "👩‍⚖️В"],
    ["🇷🇺🇩🇪", "🇷🇺🇩🇪"],
    ["🧑🏽‍🚀", "🧑🏽‍🚀"],
    ["x\u0331y", "X\u0331Y"],
  ])("of %s cut nothing that is seen as one", (name, letters) => expect(initials(name)).toBe(letters));

  it("are of code points in a browser that has no segmenter", () => {
    vi.stubGlobal("Intl", { ...Intl, Segmenter: undefined });
    expect(initials("Вера Соколова")).toBe("ВС");
    expect(initials("𝓥era")).toBe("𝓥E");
  });
});

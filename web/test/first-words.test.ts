import { beforeEach, expect, test } from "vitest";
import { first as en } from "../src/i18n/en/first.ts";
import { allWords, lang, speak, speakFirst, t } from "../src/i18n/index.ts";

const sources: Record<string, string> = import.meta.glob("../src/**/*.{ts,tsx}", {
  query: "?raw",
  import: "default",
  eager: true,
});
const IMPORTED = /^(?:import|export)\s+(?!type\s)(?:[^"';]*?from\s+)?"(\.[^"]+)"/gm;

/** All that is loaded before the first page is shown: what imports bring along that do not wait for a page. */
function loadedFirst(): string[] {
  const found = new Set<string>();
  const open = ["../src/main.tsx"];
  for (let path = open.pop(); path; path = open.pop()) {
    const text = sources[path];
    if (found.has(path) || text === undefined) continue;
    found.add(path);
    for (const [, target = ""] of text.matchAll(IMPORTED))
      open.push(`..${new URL(target, `file:///${path.slice(3)}`).pathname}`);
  }
  return [...found];
}

beforeEach(() => speakFirst("en"));

/** What of the words a source says: `call.ring`, also where it takes several at once. A section as a whole: `find`. */
function saidIn(source: string): string[] {
  const taken = [...source.matchAll(/const \{ ([\w, ]+) \} = t\(\)\.(\w+);/g)];
  const named = [...source.matchAll(/\bt\(\)(?:\.(\w+)(?:\.(\w+))?)?/g)];
  return [
    ...taken.flatMap(([, names = "", section]) => names.split(", ").map((name) => `${section}.${name}`)),
    ...named.map(([, section, name]) => [section, name].filter(Boolean).join(".")),
  ].filter((said) => !taken.some(([, , section]) => said === section));
}

test("what is loaded with the first page says nothing but the first words", () => {
  const loaded = loadedFirst().filter((path) => !path.includes("/i18n/"));
  expect(loaded.length).toBeGreaterThan(30);
  const said = new Set(loaded.flatMap((path) => saidIn(sources[path] ?? "")));
  expect(new Set([...said].map((it) => it.split(".")[0]))).toEqual(new Set(Object.keys(en)));
  for (const it of said) {
    const [section = "", name] = it.split(".");
    // All words of a section are there, but for those of calls.
    if (name || section === "call") expect(en, it).toHaveProperty(it.split("."));
    if (section === "call") expect(name, it).toBeDefined();
  }
});

test("other pages have all words, whichever language was chosen meanwhile", async () => {
  expect(t()).not.toHaveProperty("market");
  await allWords();
  expect(t().market.orders.mine).toBe("My orders");
  await speakFirst("en");
  await Promise.all([allWords(), speak("ru")]);
  expect([lang(), t().market.orders.mine]).toEqual(["ru", "Мои заказы"]);
  await allWords();
  expect(lang()).toBe("ru");
});

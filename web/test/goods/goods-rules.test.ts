import { expect, test } from "vitest";
import {
  arrivedBytes,
  begunOf,
  completed,
  type Good,
  goodFault,
  LARGEST_BYTES,
  linkFault,
  moved,
  partsOf,
  rangeOf,
  type Upload,
  withGood,
} from "../../src/goods/goods-rules.ts";
import { upload } from "./made.ts";

const MB = 2 ** 20;

test("three files are the most, each with something in it and of at most 2 GB", () => {
  expect(goodFault({ size: 1 }, 2)).toBeNull();
  expect(goodFault({ size: LARGEST_BYTES }, 0)).toBeNull();
  expect(goodFault({ size: 1 }, 3)).toBe("too_many");
  expect(goodFault({ size: LARGEST_BYTES + 1 }, 0)).toBe("too_large");
  expect(goodFault({ size: 0 }, 0)).toBe("empty");
});

test("parts cover a file without a gap, the last one is what remains", () => {
  const size = 40 * MB + 3;
  const ranges = partsOf(size, 16 * MB).map((number) => rangeOf(number, size, 16 * MB));
  expect(ranges).toEqual([
    [0, 16 * MB],
    [16 * MB, 32 * MB],
    [32 * MB, size],
  ]);
  expect(partsOf(LARGEST_BYTES, 16 * MB)).toHaveLength(128);
});

test("what has arrived is counted by bytes, the last part as short as it is", () => {
  const begun = upload({ size: 40 * MB, part_bytes: 16 * MB, arrived: { 1: "a", 3: "c" } });
  expect(arrivedBytes(begun)).toBe(24 * MB);
  expect(arrivedBytes(upload({ part_bytes: null, size: 5 }))).toBe(0);
  expect(arrivedBytes(upload({ part_bytes: null, size: 5, finished: true }))).toBe(5);
});

test("a chosen file goes on with the upload of its name and size, also where the name was tidied or cut", () => {
  const named = (name: string): Upload => upload({ name, size: 7 });
  expect(begunOf({ name: "Шрифты.zip", size: 7 }, [named("Other.zip"), named("Шрифты.zip")])?.name).toBe("Шрифты.zip");
  expect(begunOf({ name: "cafe\u0301\u202e.zip", size: 7 }, [named("café.zip")])).toBeDefined();
  expect(begunOf({ name: `${"ж".repeat(300)}.zip`, size: 7 }, [named(`${"ж".repeat(110)}.zip`)])).toBeDefined();
  expect(begunOf({ name: "Шрифты.zip", size: 8 }, [named("Шрифты.zip")])).toBeUndefined();
  expect(begunOf({ name: "Шрифты 2.zip", size: 7 }, [named("Шрифты.zip")])).toBeUndefined();
});

test("a file moves by one place, and not over an end", () => {
  expect(moved(["a", "b", "c"], 2, -1)).toEqual(["a", "c", "b"]);
  expect(moved(["a", "b", "c"], 0, 1)).toEqual(["b", "a", "c"]);
  const list = ["a", "b"];
  expect(moved(list, 0, -1)).toBe(list);
  expect(moved(list, 1, 1)).toBe(list);
});

test("a file that arrives in the place of another takes its place, and none is there twice", () => {
  const good = (id: string) => ({ id, name: id, type: "t/t", size: 1 });
  const ids = (files: readonly { id: string }[]) => files.map(({ id }) => id).join("");
  const files = [good("a"), good("b")];
  expect(ids(withGood(files, good("c"), "a"))).toBe("cb");
  expect(ids(withGood(files, good("c")))).toBe("abc");
  expect(ids(withGood(files, good("c"), "gone"))).toBe("abc");
  expect(withGood(files, good("b"), "a")).toBe(files);
});

test("files that are chosen together stand as they were chosen, whichever arrives first", () => {
  const good = (id: string): Good => ({ id, name: id, type: "", size: 1 });
  const chosen = new Map([
    ["large", 1],
    ["middle", 2],
    ["small", 3],
  ]);
  const arrived = (...order: string[]) =>
    order.reduce<readonly Good[]>((files, id) => withGood(files, good(id), undefined, chosen), [good("saved")]);
  const ids = ["saved", "large", "middle", "small"];
  expect(arrived("small", "large", "middle").map(({ id }) => id)).toEqual(ids);
  expect(arrived("middle", "small", "large").map(({ id }) => id)).toEqual(ids);
  // One that somebody has put further up stays there.
  const moved = [good("small"), good("saved")];
  expect(withGood(moved, good("large"), undefined, chosen).map(({ id }) => id)).toEqual(["small", "saved", "large"]);
});

test("a link needs a page that everybody reaches, and what most leave out is put before it", () => {
  expect(completed(" example.org/a?b ")).toBe("https://example.org/a?b");
  expect(completed("президент.рф")).toBe("https://президент.рф");
  expect(completed("javascript:alert(1)")).toBe("javascript:alert(1)");
  for (const good of ["https://example.org", "http://example.org/a", "example.org", "https://[2a00::1]/", ""]) {
    expect([good, linkFault(good, [])]).toEqual([good, null]);
  }
  const bad = {
    "javascript:alert(1)": "invalid",
    "https://": "invalid",
    "https:\\\\example.org": "invalid",
    "how are you": "invalid",
    "ftp://example.org": "invalid",
    "https://ann:pw@example.org": "credentials",
    "http://localhost/": "private_address",
    "example.org/b": "repeated",
    [`https://example.org/${"a".repeat(2000)}`]: "too_long",
  };
  for (const [link, code] of Object.entries(bad)) {
    expect([link, linkFault(link, ["https://example.org/b"])]).toEqual([link, code]);
  }
});

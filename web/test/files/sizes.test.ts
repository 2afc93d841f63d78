import { expect, test } from "vitest";
import { sizeOf, typeOf, typesOf, wholeSize } from "../../src/files/sizes.ts";

const file = (name: string, type = "application/octet-stream") => ({ name, type });

test("a size reads as people say it, on one line", () => {
  expect(sizeOf(0, "en")).toBe("0\u00a0kB");
  expect(sizeOf(1, "en")).toBe("1\u00a0kB");
  expect(sizeOf(999 * 1024, "en")).toBe("999\u00a0kB");
  expect(sizeOf(4.1 * 1024 * 1024, "en")).toBe("4.1\u00a0MB");
  expect(sizeOf(999.9 * 1024 * 1024, "ru")).toBe("999,9\u00a0МБ");
  expect(sizeOf(2 * 1024 ** 3, "ru")).toBe("2\u00a0ГБ");
});

test("a file's type is the end of its name, whatever the alphabet of the rest", () => {
  expect(typeOf(file("Шрифты и вывески.final.ZIP"))).toBe("ZIP");
  expect(typeOf(file("計画.pdf"))).toBe("PDF");
  expect(typeOf(file("song.mp3"))).toBe("MP3");
  expect(typeOf(file("archive.7z"))).toBe("7Z");
});

test("a name without an end leaves it to the media type, and neither says nothing that is no word of people", () => {
  expect(typeOf(file("README", "text/plain"))).toBe("TXT");
  expect(typeOf(file("Type v2.10", "application/x-tar"))).toBe("TAR");
  expect(typeOf(file(".profile", "application/vnd.oasis.opendocument.text"))).toBe("");
  expect(typeOf(file("Отчёт"))).toBe("");
});

test("of several files each type is named once, and their sizes add up", () => {
  const files = [file("a.pdf"), file("b.zip"), file("c.PDF"), file("d")];
  expect(typesOf(files)).toEqual(["PDF", "ZIP"]);
  expect(wholeSize([{ size: 2 }, { size: 3 }])).toBe(5);
  expect(wholeSize([])).toBe(0);
});

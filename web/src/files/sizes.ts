/** How large files are, and of what type, as people read it. Pure. */

const UNITS = ["kilobyte", "megabyte", "gigabyte"] as const;

/** `820 KB`, `4,1 МБ`, `1.9 GB`: the unit that makes less than a thousand of it. Whatever there is, is at least one; nothing is none. */
export function sizeOf(bytes: number, lang: string): string {
  let [value, unit] = [bytes > 0 ? Math.max(1, bytes / 1024) : 0, 0];
  while (value >= 1000 && unit + 1 < UNITS.length) [value, unit] = [value / 1024, unit + 1];
  return new Intl.NumberFormat(lang, {
    style: "unit",
    unit: UNITS[unit] as string,
    maximumFractionDigits: unit === 0 ? 0 : 1,
  })
    .format(value)
    .replace(" ", "\u00a0");
}

interface Named {
  name: string;
  type: string;
}

/** `PDF`: the end of its name, else what its media type says; empty when neither says anything that people know. */
export function typeOf({ name, type }: Named): string {
  const end = /[^.]\.((?=\d*[a-z])[a-z0-9]{1,8})$/i.exec(name.trim())?.[1];
  const said = end ?? /^[a-z]+\/(?:x-)?([a-z0-9]{1,8})$/i.exec(type)?.[1] ?? "";
  return said === "plain" ? "TXT" : said.toUpperCase();
}

/** The types of several, each once, in their order. */
export function typesOf(files: readonly Named[]): string[] {
  return [...new Set(files.map(typeOf))].filter(Boolean);
}

/** Of all together, in bytes. */
export function wholeSize(files: ReadonlyArray<{ size: number }>): number {
  return files.reduce((sum, { size }) => sum + size, 0);
}

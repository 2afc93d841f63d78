/** Parts of a table as one. Pure. */

/** Joins parts that each begin with the same line of names. */
export function joined(parts: readonly string[]): string {
  const [first = "", ...rest] = parts;
  const bodies = rest.map((part) => part.slice(part.indexOf("\n") + 1)).filter(Boolean);
  return [first, ...bodies].map((part) => (part === "" || part.endsWith("\n") ? part : `${part}\n`)).join("");
}

/** The cursor of the next part, from a `Link` header; null for the last one. */
export function nextCursor(link: string | null): string | null {
  const address = link?.match(/<([^>]+)>\s*;\s*rel="next"/)?.[1];
  return address ? new URLSearchParams(address.split("?")[1]).get("cursor") : null;
}

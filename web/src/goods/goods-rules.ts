/** What may be sold of files and links (R74, R76, D32), and how a large file is cut into parts. Pure. */
import type { Schemas } from "../api/client.ts";

export type Upload = Schemas["GoodsUploadView"];
/** A file that the twip has, or an upload of it that has arrived. */
export type Good = Schemas["AttachedView"];

export const FILES_AT_MOST = 3;
export const LINKS_AT_MOST = 10;
export const LINK_LONGEST = 2000;
export const LARGEST_BYTES = 2 * 2 ** 30;
/** A file of at most so many bytes is sent whole, with its digest. */
export const WHOLE_BYTES = 16 * 2 ** 20;

export type GoodFault = "too_large" | "empty" | "too_many";

/** Why a file cannot be one more of those that are there. */
export function goodFault(file: Pick<File, "size">, there: number): GoodFault | null {
  if (there >= FILES_AT_MOST) return "too_many";
  if (file.size > LARGEST_BYTES) return "too_large";
  return file.size === 0 ? "empty" : null;
}

export function goodOf({ id, name, type, size }: Upload): Good {
  return { id, name, type, size };
}

/** Numbers of parts, from 1 on. */
export function partsOf(size: number, partBytes: number): number[] {
  return Array.from({ length: Math.ceil(size / partBytes) }, (_, n) => n + 1);
}

/** Where part 1, 2, ... begins and ends. */
export function rangeOf(number: number, size: number, partBytes: number): [from: number, to: number] {
  return [(number - 1) * partBytes, Math.min(size, number * partBytes)];
}

/** How many bytes of an upload have arrived. */
export function arrivedBytes({ size, part_bytes, arrived, finished }: Upload): number {
  if (finished) return size;
  if (part_bytes === null) return 0;
  return Object.keys(arrived).reduce((sum, number) => {
    const [from, to] = rangeOf(Number(number), size, part_bytes);
    return sum + to - from;
  }, 0);
}

/** The unfinished upload that a chosen file goes on with: of its name and size. Whether its bytes are the same, the digests of its parts tell. */
export function begunOf(file: Pick<File, "name" | "size">, unfinished: readonly Upload[]): Upload | undefined {
  return unfinished.find((it) => it.size === file.size && sameName(it.name, file.name));
}

/** A name is kept without what nobody sees, and a long one is cut: its letters and digits tell. */
function sameName(kept: string, chosen: string): boolean {
  const [one, other] = [kept, chosen].map((name) => name.normalize("NFC").replace(/[^\p{L}\p{N}]/gu, ""));
  return one === other || [...kept].length > 60;
}

/** A list with one of its items a place further up or down; the same list where it cannot go. */
export function moved<T>(list: readonly T[], from: number, by: -1 | 1): readonly T[] {
  const to = from + by;
  const item = list[from];
  if (item === undefined || to < 0 || to >= list.length) return list;
  const rest = list.toSpliced(from, 1);
  return rest.toSpliced(to, 0, item);
}

/**
 * The files with one more in the place of another, or at the end, but before those at the end that were chosen after it: a small file
 * arrives before a large one. `chosen`: in which place, by ids. One that is there already is not there twice.
 */
export function withGood(
  files: readonly Good[],
  good: Good,
  instead?: string,
  chosen: ReadonlyMap<string, number> = new Map(),
): readonly Good[] {
  if (files.some(({ id }) => id === good.id)) return files;
  const place = files.findIndex(({ id }) => id === instead);
  if (place >= 0) return files.with(place, good);
  const before = (id: string) => (chosen.get(id) ?? 0) <= (chosen.get(good.id) ?? Number.POSITIVE_INFINITY);
  return files.toSpliced(files.findLastIndex(({ id }) => before(id)) + 1, 0, good);
}

/** What was typed as a link, with what most people leave out. */
export function completed(typed: string): string {
  const text = typed.trim();
  return /^[\p{L}\p{N}-]+(\.[\p{L}\p{N}-]+)+([/?#].*)?$/u.test(text) ? `https://${text}` : text;
}

/** What is wrong with the form of a link, by the service's codes; the service looks closer. */
export function linkFault(typed: string, others: readonly string[]): string | null {
  const text = completed(typed);
  if (!text) return null;
  if (text.length > LINK_LONGEST) return "too_long";
  if (!/^https?:\/\/[^\s/\\]/i.test(text) || !URL.canParse(text) || text.includes("\\")) return "invalid";
  const { username, password, hostname } = new URL(text);
  if (username || password) return "credentials";
  if (!hostname.includes(".") && !hostname.startsWith("[")) return "private_address";
  return others.some((other) => completed(other) === text) ? "repeated" : null;
}

/** The row in which the nth link that is sent stands: empty rows are not sent. */
export function rowOf(links: readonly string[], sent: number): number {
  const rows = links.flatMap((link, row) => (link.trim() ? [row] : []));
  return rows[sent] ?? rows.length;
}

/** What differs between two texts, word by word (LCS). Pure. */
export type Kind = "same" | "ins" | "del";
export interface Part {
  kind: Kind;
  text: string;
}

/** Words, blanks, and any other sign by itself. */
function words(text: string): string[] {
  return text.match(/[\p{L}\p{N}]+|\s+|[^\p{L}\p{N}\s]/gu) ?? [];
}

/** The parts of both texts in order: without the inserted ones it is `before`, without the deleted ones `after`. */
export function diff(before: string, after: string): Part[] {
  const [a, b] = [words(before), words(after)];
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head += 1;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail])
    tail += 1;
  const middle = common(a.slice(head, a.length - tail), b.slice(head, b.length - tail));
  const ends = (from: number, to: number): Part[] => [{ kind: "same", text: a.slice(from, to).join("") }];
  return joined([...ends(0, head), ...middle, ...ends(a.length - tail, a.length)]);
}

function common(a: string[], b: string[]): Part[] {
  const width = b.length + 1;
  // longest[i * width + j]: how many words a[i..] and b[j..] have in common.
  const longest = new Uint16Array((a.length + 1) * width);
  const at = (i: number, j: number) => longest[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      longest[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const parts: Part[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const [old, fresh] = [a[i], b[j]];
    if (old !== undefined && old === fresh) {
      parts.push({ kind: "same", text: old });
      i += 1;
      j += 1;
    } else if (old !== undefined && (fresh === undefined || at(i + 1, j) >= at(i, j + 1))) {
      parts.push({ kind: "del", text: old });
      i += 1;
    } else if (fresh !== undefined) {
      parts.push({ kind: "ins", text: fresh });
      j += 1;
    }
  }
  return parts;
}

/**
 * Neighbours of a kind are one part. The blanks between words that were replaced in a row belong to it, lest every word be marked alone.
 */
function joined(parts: Part[]): Part[] {
  const whole: Part[] = [];
  let [gone, come] = ["", ""];
  const flush = () => {
    if (gone) whole.push({ kind: "del", text: gone });
    if (come) whole.push({ kind: "ins", text: come });
    [gone, come] = ["", ""];
  };
  parts.forEach(({ kind, text }, n) => {
    const between = gone && come && !text.trim() && (parts[n + 1] ?? { kind: "same" }).kind !== "same";
    if (kind === "del" || (kind === "same" && between)) gone += text;
    if (kind === "ins" || (kind === "same" && between)) come += text;
    if (kind !== "same" || between || !text) return;
    flush();
    const last = whole.at(-1);
    if (last?.kind === "same") last.text += text;
    else whole.push({ kind, text });
  });
  flush();
  return whole;
}

/** One side of a comparison: what the other side alone has is left out. */
export function side(parts: readonly Part[], hidden: "ins" | "del"): Part[] {
  return parts.filter((part) => part.kind !== hidden);
}

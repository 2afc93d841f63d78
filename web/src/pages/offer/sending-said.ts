/** What a screen reader is told of files on their way: that they are, each quarter, what goes wrong, and that they are there. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { Sending } from "../../goods/transfers.ts";
import { percent, t } from "../../i18n/index.ts";
import { faultWords, lostWords } from "./good-rows.tsx";

/** The sentence to be read out, and a way to say another. */
export function useSaid(rows: readonly Sending[]): [string, (text: string) => void] {
  const [said, say] = useState("");
  const before = useRef<readonly Sending[]>([]);
  useEffect(() => {
    const news = rows
      .map((row) =>
        newsOf(
          row,
          before.current.find(({ n }) => n === row.n),
        ),
      )
      .filter((it) => it !== null);
    const words = t().goods.sending;
    for (const row of before.current) {
      const gone = !rows.some(({ n }) => n === row.n);
      if (gone && row.bytes >= row.file.size) news.push(words.arrived(row.file.name));
    }
    before.current = rows;
    if (news.length > 0) say(news.join(" "));
  }, [rows]);
  return [said, say];
}

function newsOf(row: Sending, before: Sending | undefined): string | null {
  const words = t().goods.sending;
  const { name, size } = row.file;
  if (!before) return words.begun(name);
  if (row.state === "failed") return before.state === "failed" ? null : `${name}: ${faultWords(row.fault)}`;
  if (row.lost) return before.lost ? null : `${name}: ${lostWords(row)}`;
  const quarter = Math.floor((4 * row.bytes) / size);
  if (quarter < 1 || quarter > 3 || quarter <= Math.floor((4 * before.bytes) / size)) return null;
  return words.at(name, percent(quarter * 2500));
}

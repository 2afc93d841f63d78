/** How the scans of a twip's files stand: the page of its author or of a moderator looks again while one is held (D26). */
import { useState } from "preact/hooks";
import type { Schemas } from "../api/client.ts";
import { isHeld, useRecheck, type Verdict } from "../files/scans.ts";
import { useFresh } from "../state/fresh.ts";
import { twipScans } from "./goods-api.ts";
import type { Good } from "./goods-rules.ts";

/** By the ids of files; one that was not saved with the twip yet has none. */
export type Scans = Readonly<Record<string, Verdict>>;
const NONE: Scans = {};

/** The scans that came with the twip, or what was read since. `look` reads them now. */
export function useScans(twip: Pick<Schemas["TwipView"], "id" | "scans"> | null): { scans: Scans; look: () => void } {
  const came = twip?.scans ?? NONE;
  const [newer, setNewer] = useState({ came, scans: came });
  // A save brings its own: what was read before is older.
  const scans = newer.came === came ? newer.scans : came;
  const look = async () => {
    if (!twip) return;
    // Whatever keeps the answer away, the next look is later.
    const found = await twipScans(twip.id).catch(() => NONE);
    setNewer({ came, scans: { ...scans, ...found } });
  };
  const verdicts = Object.values(scans);
  useRecheck(
    verdicts.map((scan) => ({ scan })),
    scans,
    look,
  );
  useFresh(() => verdicts.some(isHeld) && void look());
  return { scans, look: () => void look() };
}

/** The names of those of these files whose scan stands so, as one text; empty: none does. */
export function namesOf(files: readonly Pick<Good, "id" | "name">[], scans: Scans, scan: Verdict): string {
  const named = files.filter(({ id }) => scans[id] === scan);
  return named.map(({ name }) => name).join(", ");
}

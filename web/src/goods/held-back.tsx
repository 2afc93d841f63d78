/** What the scans of files mean for a twip that is to be submitted, or approved: in words, by the names of the files (D26). */
import { Banner } from "../ui/notices.tsx";
import type { Good } from "./goods-rules.ts";
import { namesOf, type Scans } from "./twip-scans.ts";

export interface HeldWords {
  infected: (names: string) => string;
  too_large: (names: string) => string;
  checking: (names: string) => string;
}

const TONES = { infected: "bad", too_large: "warn", checking: "info" } as const;

/** `id`: that by which a button says why it cannot be pressed. `brief`: only what is to be minded first. */
export function HeldBack(props: {
  id: string;
  files: readonly Good[];
  scans: Scans;
  words: HeldWords;
  brief?: boolean;
}) {
  const { id, files, scans, words } = props;
  const held = (["infected", "too_large", "checking"] as const).filter((scan) => namesOf(files, scans, scan));
  if (held.length === 0) return null;
  return (
    <div class="stack stack-s" id={id}>
      {held.slice(0, props.brief ? 1 : held.length).map((scan) => (
        <Banner key={scan} tone={TONES[scan]}>
          {words[scan](namesOf(files, scans, scan))}
        </Banner>
      ))}
    </div>
  );
}

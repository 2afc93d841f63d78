/** The files that are sent while a twip is written. */
import { useEffect, useRef, useState } from "preact/hooks";
import { sha256Hex } from "../../files/storage.ts";
import { remote } from "../../goods/goods-api.ts";
import { FILES_AT_MOST, type Good, withGood } from "../../goods/goods-rules.ts";
import { Transfers, wait } from "../../goods/transfers.ts";
import type { Form, TwipView } from "./form.ts";

/** The files that are saved with a twip. */
export function savedFiles(twip: TwipView | null): readonly Good[] {
  return (twip?.draft ?? twip?.published)?.files?.files ?? [];
}

/** What has arrived joins the form: by the next save the twip has it. */
export function useTransfers(twip: TwipView | null, change: (by: (form: Form) => Form) => void): Transfers {
  const latest = useRef(twip);
  latest.current = twip;
  const [transfers] = useState(() => {
    const made: Transfers = new Transfers({ remote, digest: sha256Hex, wait }, (good, instead) => {
      change((form) => {
        const files = withGood(form.files.files, good, instead, made.chosen);
        return files.length > FILES_AT_MOST ? form : { ...form, files: { ...form.files, files } };
      });
      // What was replaced before the twip had it is an upload that nobody will name.
      if (instead !== undefined && !savedFiles(latest.current).some(({ id }) => id === instead)) made.forget(instead);
    });
    return made;
  });
  const [at] = useState(twip);
  useEffect(() => {
    if (at?.kind === "files") void transfers.look(at.id);
    const lose = () => transfers.lose();
    addEventListener("offline", lose);
    return () => {
      removeEventListener("offline", lose);
      transfers.end();
    };
  }, []);
  return transfers;
}

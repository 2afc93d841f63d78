/** How files come to a page: by a button, dropped anywhere on it, or pasted. */
import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../../i18n/index.ts";
import { Button } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";

/** Hears of files that are dropped or pasted. Answers whether some are held over the page. */
export function useDropped(onFiles: (files: Iterable<File>) => void): boolean {
  const [over, setOver] = useState(false);
  const hear = useRef(onFiles);
  hear.current = onFiles;
  useEffect(() => {
    const stop = new AbortController();
    const on = { signal: stop.signal };
    const holds = (event: DragEvent) => event.dataTransfer?.types.includes("Files") === true;
    addEventListener(
      "dragover",
      (event) => {
        if (!holds(event)) return;
        // Else the browser would open the file, in the place of the page.
        event.preventDefault();
        setOver(true);
      },
      on,
    );
    addEventListener("dragleave", ({ relatedTarget }) => relatedTarget === null && setOver(false), on);
    addEventListener(
      "drop",
      (event) => {
        if (!holds(event)) return;
        event.preventDefault();
        setOver(false);
        if (event.dataTransfer) hear.current(filesOf(event.dataTransfer));
      },
      on,
    );
    addEventListener(
      "paste",
      ({ clipboardData }) => {
        // A text that is copied from a document may bring its picture along: it is the text that is pasted.
        if (clipboardData?.files.length && !clipboardData.types.includes("text/plain"))
          hear.current(clipboardData.files);
      },
      on,
    );
    return () => stop.abort();
  }, []);
  return over;
}

/** A folder is no file. */
function filesOf({ items, files }: DataTransfer): File[] {
  const folders = [...items]
    .filter((item) => item.webkitGetAsEntry?.()?.isDirectory)
    .map((item) => item.getAsFile()?.name);
  return [...files].filter((file) => !folders.includes(file.name));
}

export function FileChooser(props: {
  button: RefObject<HTMLButtonElement | null>;
  over: boolean;
  full: boolean;
  onChosen: (files: Iterable<File>) => void;
}) {
  const words = t().goods.files;
  const input = useRef<HTMLInputElement>(null);
  return (
    <div class={props.over ? "drop drop-over" : "drop"}>
      <button
        ref={props.button}
        type="button"
        class="btn"
        aria-disabled={props.full || undefined}
        aria-describedby="drop-note"
        onClick={() => !props.full && input.current?.click()}
      >
        <Icon name="upload" />
        {words.choose}
      </button>
      <span class="small muted" id="drop-note">
        {props.over ? words.dropNow : props.full ? words.full : words.drop}
      </span>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        data-goods
        onChange={({ currentTarget }) => {
          props.onChosen([...(currentTarget.files ?? [])]);
          currentTarget.value = "";
        }}
      />
    </div>
  );
}

/** A button that asks for one file. */
export function ChooseOne(props: { label: string; children: string; onChosen: (file: File) => void }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button look="quiet" label={props.label} onPress={() => input.current?.click()}>
        {props.children}
      </Button>
      <input
        ref={input}
        type="file"
        hidden
        aria-label={props.label}
        onChange={({ currentTarget }) => {
          const [file] = currentTarget.files ?? [];
          if (file) props.onChosen(file);
          currentTarget.value = "";
        }}
      />
    </>
  );
}

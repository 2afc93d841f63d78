/** The files that go along with a message: chosen, sent while one writes, removed, tried again. */
import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Problem } from "../api/problem.ts";
import { lang, percent, t } from "../i18n/index.ts";
import { Icon } from "../ui/icon.tsx";
import { fieldWords, toast } from "../ui/notices.tsx";
import { FILES_AT_MOST, type FileFault, fileFault, sendFile } from "./sending.ts";
import { sizeOf } from "./sizes.ts";

interface Chosen {
  readonly n: number;
  readonly file: File;
  readonly stop: AbortController;
  readonly part: number;
  readonly id?: string;
  readonly failed?: boolean;
  /** Why the service did not take it along, in words. */
  readonly fault?: string;
}

export interface Attaching {
  files: readonly Chosen[];
  add: (files: Iterable<File>) => void;
  remove: (n: number) => void;
  again: (n: number) => void;
  /** What was wrong with files that were to go along: each says so, and is sent anew or left out. */
  refuse: (problem: Problem | undefined) => void;
  clear: () => void;
  /** The button that chooses them: it has the focus once the one that was pressed is gone. */
  button: RefObject<HTMLButtonElement | null>;
  /** Whether all of them have arrived. */
  ready: boolean;
  ids: string[];
}

/** `atMost`: how many files may be sent at all, where that is fewer than a message may have. */
export function useAttaching(atMost = FILES_AT_MOST): Attaching {
  const [files, setFiles] = useState<readonly Chosen[]>([]);
  const latest = useRef(files);
  latest.current = files;
  const count = useRef(0);
  const button = useRef<HTMLButtonElement>(null);
  const set = (change: (old: readonly Chosen[]) => readonly Chosen[]) => {
    latest.current = change(latest.current);
    setFiles(latest.current);
  };
  const put = (n: number, news: Partial<Chosen>) =>
    set((old) => old.map((one) => (one.n === n ? { ...one, ...news } : one)));
  const send = async (one: Chosen) => {
    try {
      const id = await sendFile(one.file, (part) => put(one.n, { part }), one.stop.signal);
      put(one.n, { id, part: 1 });
    } catch {
      put(one.n, { failed: true });
    }
  };
  useEffect(
    () => () => {
      for (const { stop } of latest.current) stop.abort();
    },
    [],
  );
  return {
    files,
    add: (news) => {
      for (const file of news) {
        const fault = fileFault(file, latest.current.length, atMost);
        if (fault) {
          toast(faultWords(fault, file.name, Math.min(atMost, FILES_AT_MOST)), "circle-alert");
          continue;
        }
        const one: Chosen = { n: ++count.current, file, stop: new AbortController(), part: 0 };
        set((old) => [...old, one]);
        void send(one);
      }
    },
    remove: (n) => {
      latest.current.find((one) => one.n === n)?.stop.abort();
      set((old) => old.filter((one) => one.n !== n));
      button.current?.focus();
    },
    again: (n) => {
      button.current?.focus();
      set((old) => old.map((one) => (one.n === n ? { n, file: one.file, part: 0, stop: new AbortController() } : one)));
      const one = latest.current.find((it) => it.n === n);
      if (one) void send(one);
    },
    refuse: (problem) =>
      set((old) =>
        old.map(({ id, ...one }, at) => {
          const found = problem?.fields.find(({ field }) => field === fieldOf(at));
          return found ? { ...one, failed: true, fault: fieldWords(found) } : id === undefined ? one : { ...one, id };
        }),
      ),
    clear: () => set(() => []),
    button,
    ready: files.every(({ id }) => id !== undefined),
    ids: files.flatMap(({ id }) => (id === undefined ? [] : [id])),
  };
}

const FIELD = "attachments.";
const fieldOf = (at: number) => `${FIELD}${at}`;

/** A refusal without what its fields and files say of it themselves: nothing is left, or all of it. `shown`: the fields of the form. */
export function besideFields(problem: Problem | undefined, ...shown: string[]): Problem | undefined {
  const all = problem?.fields ?? [];
  const told = all.length > 0 && all.every(({ field }) => shown.includes(field) || field.startsWith(FIELD));
  return told ? undefined : problem;
}

function faultWords(fault: FileFault, name: string, atMost: number): string {
  const words = t().work.thread;
  return { too_large: words.tooLarge(name), empty: words.empty(name), too_many: words.tooMany(atMost) }[fault];
}

/** The button that chooses files. */
export function AttachButton({ attaching }: { attaching: Attaching }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <button
        ref={attaching.button}
        type="button"
        class="btn btn-icon"
        aria-label={t().work.thread.attach}
        onClick={() => input.current?.click()}
      >
        <Icon name="paperclip" />
      </button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        onChange={({ currentTarget }) => {
          attaching.add(currentTarget.files ?? []);
          currentTarget.value = "";
        }}
      />
    </>
  );
}

/** What is chosen, and how far it has got. `problem`: what became of the message that they were to go along with. */
export function Attached({ attaching, problem }: { attaching: Attaching; problem: Problem | undefined }) {
  const words = t().work.thread;
  useEffect(() => attaching.refuse(problem), [problem]);
  if (attaching.files.length === 0) return null;
  return (
    <ul class="atts">
      {attaching.files.map(({ n, file, part, id, failed, fault }) => (
        <li key={n}>
          <span class="att-i">
            <Icon name={failed ? "circle-alert" : "paperclip"} />
          </span>
          <span class="att-t">
            <b>{file.name}</b>
            <small role="status">
              {failed ? (
                (fault ?? words.failed(file.name))
              ) : id ? (
                sizeOf(file.size, lang())
              ) : (
                // Not read out at each percent.
                <span aria-hidden="true">{words.sending(percent(Math.floor(part * 100) * 100))}</span>
              )}
              {failed && (
                <button type="button" class="link" onClick={() => attaching.again(n)}>
                  {words.retry}
                </button>
              )}
            </small>
          </span>
          <button
            type="button"
            class="btn btn-icon"
            aria-label={words.remove(file.name)}
            onClick={() => attaching.remove(n)}
          >
            <Icon name="x" />
          </button>
        </li>
      ))}
    </ul>
  );
}

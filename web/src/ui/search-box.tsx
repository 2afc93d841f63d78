/** A field to look for something by words: asked while one types, and at once on Enter. */
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { unseen } from "../i18n/seen.ts";
import { Icon } from "./icon.tsx";

const TYPING_MS = 250;

/** What is asked by what was typed: nothing, where there is nothing to see. */
function asking(typed: string): string {
  return unseen(typed) ? "" : typed.trim();
}

interface Props {
  /** What is asked now. */
  q: string;
  onAsk: (q: string) => void;
  label: string;
  example: string;
  class?: string;
  /** What stands beside the field. */
  children?: ComponentChildren;
}

export function SearchBox({ q, onAsk, label, example, class: more, children }: Props) {
  const [typed, setTyped] = useState(q);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  // The space that ends a word is not asked for, and stays where it was typed.
  useEffect(() => setTyped((now) => (asking(now) === q ? now : q)), [q]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const latest = useRef(onAsk);
  latest.current = onAsk;
  const type = (text: string) => {
    setTyped(text);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => latest.current(asking(text)), TYPING_MS);
  };
  return (
    <form
      class={`searchbar${more ? ` ${more}` : ""}`}
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        clearTimeout(timer.current);
        onAsk(asking(typed));
      }}
    >
      <label>
        <Icon name="search" />
        <span class="sr">{label}</span>
        <input
          type="search"
          name="q"
          maxLength={200}
          value={typed}
          placeholder={example}
          onInput={(event) => type(event.currentTarget.value)}
        />
      </label>
      {children}
    </form>
  );
}

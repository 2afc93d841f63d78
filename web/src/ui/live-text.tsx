/** Text that changes before one's eyes. A translator leaves it alone, and whatever else takes hold of it, the page has the last word (R52). */
import { useLayoutEffect, useRef } from "preact/hooks";

/** A figure, a time, a sum. */
export function LiveText({ children }: { children: string }) {
  const box = useRef<HTMLSpanElement>(null);
  useLayoutEffect(() => {
    const span = box.current;
    // Whoever has put something else in here has done so behind the back of what renders the page.
    if (span && span.textContent !== children) span.textContent = children;
  });
  return <span ref={box} class="notranslate" translate={false} />;
}

const PLACE = "\uE000";

/** A sentence with such a text in it: the words around it can be translated. */
export function Around({ words, live }: { words: (live: string) => string; live: string }) {
  const [before, after] = words(PLACE).split(PLACE);
  return (
    <span>
      {before}
      <LiveText>{live}</LiveText>
      {after}
    </span>
  );
}

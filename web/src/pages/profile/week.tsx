/**
 * The week as a grid that is painted (R13 to R15). Its cells are rendered once. A stroke touches only the cells that it changes, so that
 * painting keeps up with the hand on a slow phone.
 */
import { effect, type Signal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { lang, t, weekdays } from "../../i18n/index.ts";
import { DAYS, differing, HOURS, painted, stepped } from "./grid.ts";

interface Stroke {
  /** The grid as it was at the stroke's beginning. */
  base: string;
  from: number;
  on: boolean;
}

export function Week({ grid }: { grid: Signal<string> }) {
  const box = useRef<HTMLDivElement>(null);
  const shown = useRef(grid.peek());
  const hand = useRef<Stroke | null>(null);
  const keys = useRef<Stroke | null>(null);
  /** Whether the press that makes a click has been drawn already. */
  const drawn = useRef(false);
  const cellAt = (n: number) => box.current?.querySelector<HTMLElement>(`[data-cell="${n}"]`);

  // At once, in the frame of the press: effects of components wait for the next one.
  useEffect(
    () =>
      effect(() => {
        const now = grid.value;
        for (const n of differing(shown.current, now)) cellAt(n)?.setAttribute("aria-selected", String(now[n] === "1"));
        shown.current = now;
      }),
    [grid],
  );

  const begin = (n: number): Stroke => {
    const base = grid.peek();
    return { base, from: n, on: base[n] !== "1" };
  };
  const draw = ({ base, from, on }: Stroke, to: number) => {
    grid.value = painted(base, from, to, on);
  };
  const focus = (n: number) => {
    for (const stop of box.current?.querySelectorAll('[tabindex="0"]') ?? []) stop.setAttribute("tabindex", "-1");
    const cell = cellAt(n);
    cell?.setAttribute("tabindex", "0");
    cell?.focus();
  };

  const onPointerDown = (event: PointerEvent) => {
    const n = cellOf(event.target);
    if (n === null || event.button !== 0) return;
    hand.current = begin(n);
    keys.current = null;
    drawn.current = true;
    draw(hand.current, n);
    focus(n);
    // The hand may leave the cell, and the grid.
    const onMove = (move: PointerEvent) => {
      const over = cellOf(document.elementFromPoint(move.clientX, move.clientY));
      if (hand.current && over !== null) draw(hand.current, over);
    };
    const onEnd = (end: PointerEvent) => {
      removeEventListener("pointermove", onMove);
      removeEventListener("pointerup", onEnd);
      removeEventListener("pointercancel", onEnd);
      // A swipe that turned out to scroll the page paints nothing.
      if (end.type === "pointercancel" && hand.current) grid.value = hand.current.base;
      if (end.type === "pointercancel") drawn.current = false;
      hand.current = null;
    };
    addEventListener("pointermove", onMove);
    addEventListener("pointerup", onEnd);
    addEventListener("pointercancel", onEnd);
  };
  /** Space, Enter, and what assistive technology sends in place of a press. */
  const onClick = (event: MouseEvent) => {
    const n = cellOf(event.target);
    if (n !== null && !drawn.current) draw(begin(n), n);
    drawn.current = false;
    keys.current = null;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const n = cellOf(event.target);
    if (n === null || event.altKey || event.ctrlKey || event.metaKey) return;
    drawn.current = false;
    const to = stepped(n, event.key);
    if (to === null) return;
    event.preventDefault();
    if (event.shiftKey) {
      // The cell that one comes from is carried along.
      keys.current ??= { ...begin(n), on: grid.peek()[n] === "1" };
      draw(keys.current, to);
    } else {
      keys.current = null;
    }
    focus(to);
  };

  // The same cells at every render, until the language is another.
  const cells = useMemo(() => <Cells now={grid.peek()} />, [lang()]);
  return (
    <div
      ref={box}
      class="week"
      role="grid"
      tabIndex={-1}
      aria-label={t().profile.grid}
      aria-multiselectable="true"
      onPointerDown={onPointerDown}
      onClick={onClick}
      onKeyDown={onKeyDown}
    >
      {cells}
    </div>
  );
}

function Cells({ now }: { now: string }) {
  const words = t().profile;
  const [short, long] = [weekdays(), weekdays("long")];
  return (
    <>
      <div class="week-row week-head" aria-hidden="true">
        <span />
        {Array.from({ length: HOURS }, (_, hour) => (
          <span key={hour}>{hour % 3 === 0 ? hour : ""}</span>
        ))}
      </div>
      {Array.from({ length: DAYS }, (_, day) => (
        <div class="week-row" role="row" tabIndex={-1} key={day}>
          <span role="rowheader" tabIndex={-1} aria-label={long[day]}>
            {short[day]}
          </span>
          {Array.from({ length: HOURS }, (_, hour) => {
            const n = day * HOURS + hour;
            return (
              <button
                key={hour}
                type="button"
                class="cell"
                role="gridcell"
                data-cell={n}
                tabIndex={n === 0 ? 0 : -1}
                aria-selected={now[n] === "1"}
                aria-label={words.cell(long[day] ?? "", hour)}
              >
                {hour}
              </button>
            );
          })}
        </div>
      ))}
    </>
  );
}

function cellOf(target: EventTarget | null): number | null {
  const cell = target instanceof Element ? target.closest<HTMLElement>("[data-cell]") : null;
  return cell ? Number(cell.dataset.cell) : null;
}

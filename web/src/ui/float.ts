/** What floats over the page for a while never hides what has the focus (WCAG 2.4.11). */
import { useEffect } from "preact/hooks";

const heights = new Map<Element, number>();

/**
 * Over the whole width, as on a phone, the page gets room to be scrolled out from under it. Elsewhere it goes to the other side when it
 * would cover the focus.
 */
export function useFloat(box: { current: HTMLElement | null }): void {
  useEffect(() => {
    const float = box.current;
    if (!float) return;
    const look = () => {
      const { position } = getComputedStyle(float);
      const whole = float.offsetWidth > innerWidth / 2;
      takeRoom(float, whole && position !== "static" ? float.offsetHeight : 0);
      const focused = document.activeElement;
      if (!focused || float.contains(focused) || !covers(float, focused)) return;
      if (whole) focused.scrollIntoView({ block: "nearest" });
      else float.toggleAttribute("data-aside");
    };
    const grown = new ResizeObserver(look);
    grown.observe(float);
    addEventListener("resize", look);
    document.addEventListener("focusin", look);
    return () => {
      grown.disconnect();
      removeEventListener("resize", look);
      document.removeEventListener("focusin", look);
      takeRoom(float, 0);
    };
  }, []);
}

function takeRoom(float: Element, height: number): void {
  if (height > 0) heights.set(float, height);
  else heights.delete(float);
  const most = Math.max(0, ...heights.values());
  document.documentElement.style.setProperty("--float", `${most}px`);
}

/** Its middle is beneath. */
function covers(float: Element, focused: Element): boolean {
  const [over, under] = [float.getBoundingClientRect(), focused.getBoundingClientRect()];
  const [x, y] = [under.x + under.width / 2, under.y + under.height / 2];
  return over.left <= x && x <= over.right && over.top <= y && y <= over.bottom;
}

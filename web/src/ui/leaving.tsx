/** Keeps people from losing what they have written. */
import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { t } from "../i18n/index.ts";
import { guardHistory } from "../state/history-guard.ts";
import { Button } from "./button.tsx";
import { Dialog } from "./dialog.tsx";

/**
 * While something is unsaved, leaving is asked about. The browser asks when the tab is closed, the returned dialog when a link or the back
 * button is pressed. `onLeave`: it was decided to lose it. `text`: what else is lost than what is written.
 */
export function useLeaveGuard(unsaved: boolean, onLeave?: () => void, text?: string): VNode | null {
  const [leave, setLeave] = useState<(() => void) | null>(null);
  const { route, url } = useLocation();
  const going = useRef(false);
  useEffect(() => {
    if (!unsaved) return;
    const here = location.pathname + location.search;
    const byLink = (event: MouseEvent) => {
      const link = (event.target as Element).closest?.("a[href]") as HTMLAnchorElement | null;
      const plain = !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey && event.button === 0;
      if (!link || !plain || link.target || link.origin !== location.origin) return;
      if (link.getAttribute("href")?.startsWith("#")) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      const to = link.pathname + link.search;
      if (to !== here) setLeave(() => () => route(to));
    };
    // The browser has gone already: the address is put back, and going means going back again.
    const byHistory = (event: PopStateEvent) => {
      if (going.current) return;
      event.stopImmediatePropagation();
      history.pushState(null, "", here);
      setLeave(() => () => history.back());
    };
    const byClosing = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener("click", byLink, { capture: true });
    guardHistory(byHistory);
    addEventListener("beforeunload", byClosing);
    return () => {
      removeEventListener("click", byLink, { capture: true });
      guardHistory(null);
      removeEventListener("beforeunload", byClosing);
    };
  }, [unsaved, route, url]);
  if (!leave) return null;
  const words = t().offer.leaving;
  return (
    <Dialog title={words.title} onClose={() => setLeave(null)}>
      <p>{text ?? words.text}</p>
      <div class="acts">
        <Button
          onPress={() => {
            going.current = true;
            onLeave?.();
            leave();
          }}
        >
          {words.leave}
        </Button>
        <Button look="primary" onPress={() => setLeave(null)}>
          {words.stay}
        </Button>
      </div>
    </Dialog>
  );
}

/** Where somebody was going when they had to sign in first. */
import { useEffect, useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { nextPath } from "../../shell/page.tsx";
import { me } from "../../state/me.ts";

/** Which pages a mail may lead on to, as the service has it. */
const MAILED = /^\/([A-Za-z0-9_-]+(\/[A-Za-z0-9_-]+)*)?(\?[A-Za-z0-9_=&-]*)?$/;

/** The page as a mail may name it; null where none needs to, or may. */
export function onward(next: string): string | null {
  return next !== "/" && next.length <= 200 && MAILED.test(next) ? next : null;
}

export function withNext(path: string, next: string): string {
  return next === "/" ? path : `${path}?next=${encodeURIComponent(next)}`;
}

/** The page to go on to, as this page's address said when it was opened: it changes while the next page is still being loaded. */
export function useNext(): string {
  const { url } = useLocation();
  return useState(() => nextPath(url.split("?")[1] ?? ""))[0];
}

/** Goes on as soon as somebody is signed in here, in this tab or another; not yet where `next` is null. */
export function useGoingOn(next: string | null): void {
  const { route } = useLocation();
  useEffect(() => {
    if (me.value && next !== null) route(next, true);
  }, [me.value, next]);
}

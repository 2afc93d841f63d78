/** What was served with a public page, to be read until the client's own is there. */
import { useEffect } from "preact/hooks";

/** Whoever leaves before the page is there is shown no more of it on the next one. */
export function useServed(): void {
  useEffect(() => () => document.getElementById("served")?.remove(), []);
}

/** The page is there, and takes the place of it. What the head says of another page goes, too: a browser shares the canonical address. */
export function useOwnPage(): void {
  useEffect(() => {
    document.getElementById("served")?.remove();
    const canonical = document.querySelector<HTMLLinkElement>('link[rel="canonical"]');
    if (!canonical || canonical.href.endsWith(location.pathname.replace(/^\/(ru|en)(?=\/)/, ""))) return;
    for (const part of document.querySelectorAll("[data-served]")) part.remove();
  }, []);
}

/** What every page stands in: its title, its heading, and the guard of pages for people who are signed in. */
import { effect, signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { t } from "../i18n/index.ts";
import { me } from "../state/me.ts";
import { ButtonLink } from "../ui/button.tsx";
import { Empty, Skeleton } from "../ui/notices.tsx";

const named = signal<string | null>(null);
/** Calls that ring: the tab's name begins with their number. */
export const titleCount = signal(0);

/** Keeps the tab's name as the page has it. */
export function watchTitle(): void {
  effect(() => {
    if (named.value === null) return;
    document.title = `${titleCount.value > 0 ? `(${titleCount.value}) ` : ""}${named.value} · Twip`;
  });
}

/** Names the page, for the tab and for whoever does not see it. */
export function useTitle(title: string): void {
  useEffect(() => {
    named.value = title;
  }, [title]);
}

/** The heading of a page, with what it says beneath. */
export function Head({ title, children }: { title: string; children?: ComponentChildren }) {
  useTitle(title);
  return (
    <div class="head">
      <h1>{title}</h1>
      {children}
    </div>
  );
}

/** Shows what is inside to people who are signed in, to others the way to sign in and come back. */
export function SignedIn({ children, staff }: { children: ComponentChildren; staff?: boolean }) {
  if (me.value === undefined) return <Skeleton />;
  if (me.value === null) {
    const words = t().common.signInFirst;
    const back = encodeURIComponent(location.pathname + location.search);
    return (
      <Empty
        whole
        icon="lock"
        title={words.title}
        act={
          <ButtonLink look="primary" href={`/sign-in?next=${back}`}>
            {words.way}
          </ButtonLink>
        }
      />
    );
  }
  if (staff && !me.value.roles.some((role) => role !== "user")) {
    const words = t().common.notAllowed;
    return <Empty whole icon="lock" title={words.title} act={<ButtonLink href="/">{words.way}</ButtonLink>} />;
  }
  return <>{children}</>;
}

/** An address of our own to go on to, from `?next=`; never another site's. */
export function nextPath(search: string): string {
  const asked = new URLSearchParams(search).get("next") ?? "/";
  // As the browser will read it: it drops tabs and line breaks, and takes a backslash for a slash.
  if (!asked.startsWith("/") || !URL.canParse(asked, location.origin)) return "/";
  const { origin, pathname, search: query, hash } = new URL(asked, location.origin);
  // Dots that are taken out may leave two slashes at the beginning, and with them another site.
  return origin === location.origin && !pathname.startsWith("//") ? pathname + query + hash : "/";
}

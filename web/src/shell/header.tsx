/** The bar on top, and the one at the bottom of a phone. */
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { asProblem } from "../api/problem.ts";
import { type Lang, money, named, speak, t } from "../i18n/index.ts";
import { listOpen, ringing } from "../session/incoming.ts";
import { askToNotify, notifying } from "../state/browser.ts";
import { balance, canSetStatus, isStaff, keepLang, me, profile, type Status, setStatus } from "../state/me.ts";
import { fresh, unread } from "../state/unread.ts";
import { ButtonLink } from "../ui/button.tsx";
import { Icon } from "../ui/icon.tsx";
import { LiveText } from "../ui/live-text.tsx";
import { problemWords, toast } from "../ui/notices.tsx";
import { UnreadCount } from "../ui/unread-count.tsx";
import { loadOverlay } from "./calls.tsx";
import { toggleTheme } from "./theme.ts";

/** Pages that stand beneath a link whose path does not begin theirs. */
const BENEATH: Record<string, string> = { "/": "/twips/", "/orders": "/messages" };

/** `aria-current` of a link to `href`: the page itself, or one beneath it. */
function current(path: string, href: string): "page" | undefined {
  const beneath = BENEATH[href];
  const here = path === href || (href !== "/" && path.startsWith(`${href}/`)) || (beneath && path.includes(beneath));
  return here ? "page" : undefined;
}

/** The language of the site, and of the mails to whoever is signed in. Nobody is told when it could not be kept. */
async function choose(lang: Lang, url: string, go: (to: string, replace: boolean) => void): Promise<void> {
  await speak(lang);
  if (named(url)) go(`/${lang}${url.slice(3)}`, true);
  await keepLang(lang).catch(() => undefined);
}

export function Header() {
  const { path, url, route } = useLocation();
  const words = t().common;
  const news = unread.value;
  const links: Array<[string, string, number?]> = [
    ["/", words.find],
    ["/orders", words.orders, (news?.orders ?? 0) + (news?.sales ?? 0)],
    ["/add", words.add],
  ];
  if (me.value) links.splice(2, 0, ["/disputes", words.disputes, news?.disputes ?? 0]);
  if (isStaff.value) links.push(["/admin", words.admin]);
  return (
    <header class="top">
      <div class="wrap">
        <a class="logo" href="/" aria-label="Twip">
          <Icon name="logo" />
          <span>twip</span>
        </a>
        <nav class="nav" aria-label={words.menu}>
          {links.map(([href, name, count = 0]) => (
            <a key={href} href={href} aria-current={current(path, href)}>
              {name}
              <UnreadCount count={count} />
            </a>
          ))}
        </nav>
        <span class="sr" role="status">
          {news && fresh.value > 0 && words.newsNow(news)}
        </span>
        {me.value && <StatusMenu />}
        {me.value && <CallBadge />}
        {me.value && !balance.value && <span class="skeleton top-shape" aria-hidden="true" />}
        {me.value && balance.value && (
          <a
            class="balance"
            href="/finances"
            aria-current={current(path, "/finances")}
            aria-label={words.account(money(balance.value))}
          >
            <Icon name="wallet" />
            <LiveText>{money(balance.value, "round")}</LiveText>
          </a>
        )}
        {me.value && (
          <a
            class="btn btn-icon top-profile"
            href="/profile"
            aria-label={words.profile}
            aria-current={current(path, "/profile")}
          >
            <Icon name="user" />
          </a>
        )}
        {me.value === null && path !== "/sign-in" && (
          <ButtonLink class="top-signin" href={`/sign-in${path === "/" ? "" : `?next=${encodeURIComponent(path)}`}`}>
            {words.signIn}
          </ButtonLink>
        )}
        <button
          type="button"
          class="btn btn-icon lang"
          lang={words.other.lang}
          onClick={() => void choose(words.other.lang, url, route)}
        >
          {words.other.short}
          <span class="sr">{words.other.name}</span>
        </button>
        <button type="button" class="btn btn-icon" aria-label={words.theme} onClick={toggleTheme}>
          <Icon name="sun-moon" />
        </button>
      </div>
    </header>
  );
}

export function Tabbar() {
  const { path } = useLocation();
  const words = t().common;
  const news = unread.value;
  // Disputes have no stop of their own on a phone: they are found from the orders.
  const all = (news?.orders ?? 0) + (news?.sales ?? 0) + (news?.disputes ?? 0);
  const links: Array<[string, string, string]> = [
    ["/", "search", words.tab.find],
    ["/orders", "list", words.tab.orders],
    ["/add", "plus", words.tab.add],
    ["/finances", "wallet", words.tab.finances],
    ["/profile", "user", words.tab.profile],
  ];
  return (
    <nav class="tabbar" aria-label={words.sections}>
      {links.map(([href, icon, name]) => (
        <a key={href} href={href} aria-current={current(path, href)}>
          <Icon name={icon} />
          {name}
          {href === "/orders" && <UnreadCount count={all} />}
        </a>
      ))}
    </nav>
  );
}

const STATUSES: readonly Status[] = ["available", "away", "busy", "undefined"];
export const STATUS_DOT: Record<Status, string> = {
  available: "available",
  away: "away",
  busy: "busy",
  undefined: "none",
};

/** How many calls ring at this moment (R22); it opens their list. */
function CallBadge() {
  const { count } = ringing.value;
  const words = t().call.ring.badge(count);
  return (
    <>
      <span class="sr" role="status">
        {count > 0 && words}
      </span>
      {count > 0 && (
        <button
          type="button"
          class="btn btn-icon"
          aria-label={words}
          aria-expanded={listOpen.value}
          onClick={() => {
            listOpen.value = !listOpen.value;
            void loadOverlay();
          }}
        >
          <Icon name="phone-incoming" />
          <span class="count">
            <LiveText>{String(count)}</LiveText>
          </span>
        </button>
      )}
    </>
  );
}

/** Asks the browser to show calls while the tab is hidden: only when it has not been asked yet. */
function NotifyButton() {
  const [asked, setAsked] = useState(notifying);
  const words = t().call.ring;
  if (asked === "denied") return <p class="small muted menu-note">{words.notifyOff}</p>;
  if (asked !== "default") return null;
  return (
    <button type="button" class="menu-notify" onClick={() => void askToNotify().then(setAsked)}>
      <Icon name="bell" />
      <span>{words.notify}</span>
    </button>
  );
}

/** One's own status as performer, and the way to change it (R18 to R23). It says why it cannot be changed. */
function StatusMenu() {
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const menu = useId();
  const words = t().common.status;
  const status = profile.value?.status;
  useEffect(() => {
    if (!open) return;
    const outside = (event: Event) => {
      if (!box.current?.contains(event.target as Node)) setOpen(false);
    };
    const byEscape = (event: KeyboardEvent) => {
      if (event.key !== "Escape") return;
      setOpen(false);
      box.current?.querySelector("button")?.focus();
    };
    document.addEventListener("pointerdown", outside);
    document.addEventListener("focusin", outside);
    document.addEventListener("keydown", byEscape);
    return () => {
      document.removeEventListener("pointerdown", outside);
      document.removeEventListener("focusin", outside);
      document.removeEventListener("keydown", byEscape);
    };
  }, [open]);
  if (!status) return <span class="skeleton top-shape top-shape-status" aria-hidden="true" />;
  const choose = async (wanted: Status) => {
    setOpen(false);
    try {
      await setStatus(wanted);
    } catch (error) {
      toast(problemWords(asProblem(error)), "circle-alert");
    }
  };
  return (
    <div class="menu" ref={box}>
      <button
        type="button"
        class="btn top-status"
        aria-label={words.label(words[status])}
        aria-expanded={open}
        aria-controls={menu}
        onClick={() => setOpen(!open)}
      >
        <span class={`dot dot-${STATUS_DOT[status]}`} />
        <span class="txt">{words[status]}</span>
        <Icon name="chevron-down" />
      </button>
      {open && (
        <div class="menu-list" id={menu}>
          {canSetStatus.value ? (
            <>
              {STATUSES.map((it) => (
                <button key={it} type="button" aria-pressed={it === status} onClick={() => void choose(it)}>
                  <span class={`dot dot-${STATUS_DOT[it]}`} />
                  <span>
                    <b>{words[it]}</b>
                    <small>{words.hints[it]}</small>
                  </span>
                  {it === status && <Icon name="check" />}
                </button>
              ))}
              <NotifyButton />
            </>
          ) : (
            <div class="stack stack-s">
              <p class="small">{words.needsTwip}</p>
              <ButtonLink href="/add">{words.addTwip}</ButtonLink>
            </div>
          )}
        </div>
      )}
    </div>
  );
}

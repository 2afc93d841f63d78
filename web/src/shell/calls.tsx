/** Calls as every page shows them: the ringing, whose part the first call loads, and the way back to a session under way. */
import { signal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import { useLocation } from "preact-iso";
import { allWords, t } from "../i18n/index.ts";
import { ringing } from "../session/incoming.ts";
import { withdraw } from "../session/notifying.ts";
import { checkSession, inSession } from "../session/returning.ts";
import { socket } from "../socket/socket.ts";
import { useFresh } from "../state/fresh.ts";
import { me } from "../state/me.ts";
import { ButtonLink } from "../ui/button.tsx";
import { Banner } from "../ui/notices.tsx";

const Overlay = signal<ComponentType | null>(null);
let loading = false;

/** The ringing's part; it is asked for anew by each call, and by a press of the badge. */
export async function loadOverlay(): Promise<void> {
  if (loading) return;
  loading = true;
  try {
    const [found] = await Promise.all([import("../session/overlay.tsx"), allWords()]);
    Overlay.value = found.default;
  } catch {
    loading = false;
  }
}

export function Calls() {
  const calls = ringing.value.count;
  useEffect(() => {
    if (calls > 0) void loadOverlay();
  }, [calls]);
  // What a page left that was closed while it rang is nobody else's to read.
  const person = me.value?.id;
  useEffect(() => void withdraw().catch(console.warn), [person]);
  const Shown = Overlay.value;
  return Shown && <Shown />;
}

/** A session goes on while another page is looked at. */
export function SessionNotice() {
  const { path } = useLocation();
  const sessionId = inSession.value;
  const known = me.value;
  const check = () => {
    if (known && sessionId) void checkSession(sessionId);
  };
  useEffect(check, [known, sessionId]);
  // It may end in another tab, or on another device.
  useFresh(check);
  useEffect(() => socket.on("order.updated", check), [known, sessionId]);
  if (!known || !sessionId || path.startsWith("/session/") || path.startsWith("/call/")) return null;
  const words = t().call.session;
  return (
    <div class="wrap app-notice">
      <Banner
        tone="info"
        act={
          <ButtonLink look="primary" href={`/session/${sessionId}`}>
            {words.return}
          </ButtonLink>
        }
      >
        <b>{words.goesOn}</b>
      </Banner>
    </div>
  );
}

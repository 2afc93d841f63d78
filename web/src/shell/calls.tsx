/** What of calls is on every page: the ringing, whose part is loaded with the first call, and the way back to a session that goes on. */
import { signal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import { useLocation } from "preact-iso";
import { me } from "../state/me.ts";
import { ringing } from "../talk/incoming.ts";
import { checkSession, inSession } from "../talk/returning.ts";
import { ButtonLink } from "../ui/button.tsx";
import { Banner } from "../ui/notices.tsx";
import { t } from "../words/index.ts";

const Overlay = signal<ComponentType | null>(null);
let loading = false;

async function load(): Promise<void> {
  if (loading) return;
  loading = true;
  try {
    const found = await import("../talk/overlay.tsx");
    Overlay.value = found.default;
  } catch {
    // The badge shows it, and the next call loads it again.
    loading = false;
  }
}

export function Calls() {
  const calls = ringing.value.count > 0;
  useEffect(() => {
    if (calls) void load();
  }, [calls]);
  const Shown = Overlay.value;
  return Shown && <Shown />;
}

/** A session goes on while another page is looked at. */
export function SessionNotice() {
  const { path } = useLocation();
  const sessionId = inSession.value;
  const known = me.value;
  useEffect(() => {
    if (known && sessionId) void checkSession(sessionId);
  }, [known, sessionId]);
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

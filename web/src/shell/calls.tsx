/** The red badge, and what rings (R20 to R22). What is drawn of it is loaded with the first call. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { lazy } from "preact-iso";
import { count, incoming } from "../calls/incoming.ts";
import { me } from "../state/me.ts";
import { Icon } from "../ui/icon.tsx";
import { t } from "../words/index.ts";

const Ring = lazy(() => import("../calls/ring.tsx"));
const Panel = lazy(() => import("../calls/panel.tsx"));

/** The badge: how many ring at this moment; it opens their list. */
export function CallBadge() {
  const open = useSignal(false);
  const ringing = incoming.value.length > 0;
  useEffect(() => {
    if (!ringing) open.value = false;
  }, [ringing]);
  if (!me.value || count.value === 0) return null;
  return (
    <div class="menu">
      <button
        type="button"
        class="btn btn-icon"
        aria-label={t().call.ring.badge(count.value)}
        aria-expanded={open.value}
        onClick={() => {
          open.value = !open.value;
        }}
      >
        <Icon name="phone-incoming" />
        <span class="count">{count.value}</span>
      </button>
      {open.value && ringing && <Panel />}
    </div>
  );
}

/** The card of a call that is to be heard. */
export function Ringing() {
  const loud = incoming.value.find((it) => !it.silent);
  return me.value && incoming.value.length > 0 ? <Ring call={loud ?? null} /> : null;
}

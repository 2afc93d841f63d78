import type { Schemas } from "../api/client.ts";
import { money, t } from "../i18n/index.ts";
import { Icon } from "./icon.tsx";

export type Mode = Schemas["Mode"];
export const MODES: readonly Mode[] = ["video", "text"];
export const MODE_ICON: Record<Mode, string> = { video: "video", text: "message-circle" };

/** A price per block, with the mode it buys. */
export function Price({ mode, price }: { mode: Mode; price: Schemas["Money"] }) {
  const words = t().common;
  return (
    <span class="price">
      <Icon name={MODE_ICON[mode]} />
      <span class="sr">{words.modes[mode]}</span>
      {money(price, "round")} <small>{words.perBlock}</small>
    </span>
  );
}

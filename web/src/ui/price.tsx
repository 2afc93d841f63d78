import type { Schemas } from "../api/client.ts";
import { money, plural, t } from "../i18n/index.ts";
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

/** What a work costs in total, and its days. A draft may lack either. */
export function WorkPrice({ offer }: { offer: Schemas["WorkOfferView"] }) {
  const words = t().common;
  return (
    <>
      {offer.price && (
        <span class="price">
          <Icon name="briefcase" />
          {money(offer.price, "round")} <small>{words.inTotal}</small>
        </span>
      )}
      {offer.days !== null && (
        <span class="price term">
          <Icon name="clock" />
          {plural(offer.days, words.days)}
        </span>
      )}
    </>
  );
}

/** What files and links cost together. */
export function FilesPrice({ price }: { price: Schemas["Money"] }) {
  return (
    <span class="price">
      <Icon name="folder-down" />
      {money(price, "round")} <small>{t().common.inTotal}</small>
    </span>
  );
}

/** Every price of a twip, of whatever kind. */
export function ContentPrices({ content }: { content: Pick<Schemas["ContentView"], "prices" | "work" | "files"> }) {
  return (
    <>
      {MODES.map((mode) => {
        const price = content.prices[mode];
        return price && <Price key={mode} mode={mode} price={price} />;
      })}
      {content.work && <WorkPrice offer={content.work} />}
      {content.files?.price && <FilesPrice price={content.files.price} />}
    </>
  );
}

/** An order of files: how it stands, and what its sentences speak of (R77 to R84, D25). Pure but for the language. */
import type { Schemas } from "../api/client.ts";
import type { FilesTold } from "../i18n/en/files.ts";
import { money, t } from "../i18n/index.ts";
import { less, shareOf } from "./order-rules.ts";

type Card = Schemas["OrderCard"];

/** An order of files: the part of its kind is there. */
export type OfFiles<T extends Card = Card> = T & { files: NonNullable<T["files"]> };

export function ofFiles<T extends Card>(order: T): order is OfFiles<T> {
  return order.files !== null;
}

/** Where the page's words come from: whether the customer has the goods, or what matters more. */
export type FilesStage = "bought" | "disputed" | "revoked";

export function filesStage({ dispute_id, files }: OfFiles): FilesStage {
  if (dispute_id !== null) return "disputed";
  return files.access ? "bought" : "revoked";
}

/** Whether the reader may have the goods: the customer as long as no dispute has ended that, the performer always. */
export function hasGoods({ role, files }: OfFiles): boolean {
  return role === "performer" || files.access;
}

export function toldOfFiles({ role, other_name, price, refunded, commission_bps }: OfFiles): FilesTold {
  const kept = less(price, refunded);
  return {
    name: other_name || t().market.page[role === "customer" ? "performer" : "customer"],
    share: money(shareOf(kept, commission_bps)),
    back: money(refunded),
    returned: refunded.amount_minor > 0,
    whole: kept.amount_minor === 0,
  };
}

/** When what the performer has earned can be paid out: from an instant on, now, or not while a dispute is open. */
export function maturity({ files }: OfFiles, now: number): "rests" | "later" | "now" {
  if (files.matures_at === null) return "rests";
  return Date.parse(files.matures_at) > now ? "later" : "now";
}

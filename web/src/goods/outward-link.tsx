/** A link that somebody sells, to a page that is none of ours: it opens beside, and the page learns nothing of where one comes from. */
import { t } from "../i18n/index.ts";
import { Icon } from "../ui/icon.tsx";

export function OutwardLink({ url }: { url: string }) {
  return (
    <a class="away" href={url} target="_blank" rel="noopener noreferrer nofollow" referrerpolicy="no-referrer">
      {url}
      <Icon name="external-link" />
      <span class="sr">({t().goods.moderator.opens})</span>
    </a>
  );
}

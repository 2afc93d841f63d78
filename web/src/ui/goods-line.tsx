/** What a twip of files sells, in one line: how many files, of which types and how large together, and how many links. */
import type { Schemas } from "../api/client.ts";
import { sizeOf, typesOf, wholeSize } from "../files/sizes.ts";
import { lang, plural, t } from "../i18n/index.ts";
import { Icon } from "./icon.tsx";

export function GoodsLine({ goods }: { goods: Pick<Schemas["FilesOfferView"], "files" | "link_count"> }) {
  const words = t().common.goods;
  const { files, link_count: links } = goods;
  const types = typesOf(files).join(", ");
  return (
    <p class="goods-line small">
      {files.length > 0 && (
        <span>
          <Icon name="file" />
          <span>
            {plural(files.length, words.files)}
            {types && `: ${types}`}, {sizeOf(wholeSize(files), lang())}
          </span>
        </span>
      )}
      {links > 0 && (
        <span>
          <Icon name="link" />
          {plural(links, words.links)}
        </span>
      )}
    </p>
  );
}

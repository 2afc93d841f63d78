/** What a twip of files sells, as everybody may know it: each file's name, type and size, and how many links (R77). */
import type { Schemas } from "../../api/client.ts";
import { OfferedGoods } from "../../files/file-row.tsx";
import { t } from "../../i18n/index.ts";

export function Goods({ goods }: { goods: Schemas["FilesOfferView"] }) {
  const { files, link_count: links } = goods;
  if (files.length === 0 && links === 0) return null;
  return (
    <section class="stack stack-s" aria-labelledby="goods">
      <h2 id="goods">{t().files.offer.title}</h2>
      <OfferedGoods files={files} links={links} />
    </section>
  );
}

/** What a twip of files sells, as everybody may know it: each file's name, type and size, and how many links (R77). */
import type { Schemas } from "../../api/client.ts";
import { FileRow, LinkRow } from "../../files/file-row.tsx";
import { plural, t } from "../../i18n/index.ts";
import "../../styles/files.css";

export function Goods({ goods }: { goods: Schemas["FilesOfferView"] }) {
  const words = t().files.offer;
  const { files, link_count: links } = goods;
  if (files.length === 0 && links === 0) return null;
  return (
    <section class="stack stack-s" aria-labelledby="goods">
      <h2 id="goods">{words.title}</h2>
      <ul class="goods">
        {files.map((file) => (
          <FileRow key={file.id} file={file} />
        ))}
        {links > 0 && (
          <LinkRow>
            <b>{plural(links, t().common.goods.links)}</b>
            <small>{words.linksLater}</small>
          </LinkRow>
        )}
      </ul>
    </section>
  );
}

/** How a buyer sees what is sold, before and after payment (R77, R78). */
import { FileRow, LinkRow, OfferedGoods, OutwardLink } from "../../files/file-row.tsx";
import { completed, type Good, linkFault } from "../../goods/goods-rules.ts";
import { t } from "../../i18n/index.ts";
import { Icon } from "../../ui/icon.tsx";

export function GoodsPreview({ files, links: typed }: { files: readonly Good[]; links: readonly string[] }) {
  const words = t().goods.preview;
  // What is no link yet leads nowhere, least of all into this page.
  const links = typed.map(completed).filter((link) => link && linkFault(link, []) === null);
  return (
    <details class="card preview">
      <summary>
        {words.title}
        <Icon name="chevron-down" />
      </summary>
      {files.length + links.length === 0 ? (
        <p class="muted">{words.nothing}</p>
      ) : (
        <div class="previews">
          <section aria-labelledby="preview-before">
            <h2 id="preview-before">{words.before}</h2>
            <OfferedGoods files={files} links={links.length} />
          </section>
          <section aria-labelledby="preview-after">
            <h2 id="preview-after">{words.after}</h2>
            <ul class="goods">
              {files.map((file) => (
                <FileRow key={file.id} file={file}>
                  <Icon name="download" />
                </FileRow>
              ))}
              {links.map((link) => (
                <LinkRow key={link}>
                  <OutwardLink url={link} />
                </LinkRow>
              ))}
            </ul>
          </section>
        </div>
      )}
    </details>
  );
}

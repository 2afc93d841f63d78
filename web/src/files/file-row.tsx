/** What is sold, row by row: a file with its type on a tile, its name, which may be of any alphabet, and its size; links. */
import type { ComponentChildren } from "preact";
import type { Schemas } from "../api/client.ts";
import { lang, plural, t } from "../i18n/index.ts";
import { Icon } from "../ui/icon.tsx";
import { sizeOf, typeOf } from "./sizes.ts";
import "../styles/files.css";

type File = Pick<Schemas["AttachedView"], "name" | "type" | "size">;

/** A square before a row: an icon, or few letters. */
export function Tile({ children }: { children: ComponentChildren }) {
  return (
    <span class="good-tile" aria-hidden="true">
      {children}
    </span>
  );
}

/** The type of a file; `bad`: that something is wrong with it. */
export function TypeTile({ file, bad = false }: { file: File; bad?: boolean }) {
  return <Tile>{bad ? <Icon name="circle-alert" /> : typeOf(file).slice(0, 4) || <Icon name="file" />}</Tile>;
}

/** `said`: what else is said of it; `children`: what can be done with it. */
export function FileRow({ file, said, children }: { file: File; said?: string; children?: ComponentChildren }) {
  return (
    <li>
      <TypeTile file={file} />
      <span class="good-text">
        <b>
          <bdi>{file.name}</bdi>
        </b>
        <small>{[typeOf(file), sizeOf(file.size, lang()), said].filter(Boolean).join(" · ")}</small>
      </span>
      {children}
    </li>
  );
}

export function LinkRow({ children }: { children: ComponentChildren }) {
  return (
    <li>
      <Tile>
        <Icon name="link" />
      </Tile>
      <span class="good-text">{children}</span>
    </li>
  );
}

/**
 * The address of a link that somebody sells. It opens in a tab of its own, and where it leads is told nothing: neither where one comes from,
 * nor that we vouch for it.
 */
export function OutwardLink({ url }: { url: string }) {
  return (
    <a class="outward" href={url} target="_blank" rel="noopener noreferrer nofollow" referrerpolicy="no-referrer">
      <bdi>{url}</bdi>
      <Icon name="external-link" />
      <span class="sr">({t().files.opens})</span>
    </a>
  );
}

/** What everybody may know of what is sold: each file's name, type and size, and how many links (R77). */
export function OfferedGoods({ files, links }: { files: readonly (File & { id: string })[]; links: number }) {
  return (
    <ul class="goods">
      {files.map((file) => (
        <FileRow key={file.id} file={file} />
      ))}
      {links > 0 && (
        <LinkRow>
          <b>{plural(links, t().common.goods.links)}</b>
          <small>{t().files.offer.linksLater}</small>
        </LinkRow>
      )}
    </ul>
  );
}

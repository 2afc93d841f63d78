/** What is sold, row by row: a file with its type on a tile, its name, which may be of any alphabet, and its size; links. */
import type { ComponentChildren } from "preact";
import type { Schemas } from "../api/client.ts";
import { lang } from "../i18n/index.ts";
import { Icon } from "../ui/icon.tsx";
import { sizeOf, typeOf } from "./sizes.ts";

type File = Pick<Schemas["AttachedView"], "name" | "type" | "size">;

/** `said`: what else is said of it; `children`: what can be done with it. */
export function FileRow({ file, said, children }: { file: File; said?: string; children?: ComponentChildren }) {
  const type = typeOf(file);
  return (
    <li>
      <span class="good-tile" aria-hidden="true">
        {type ? type.slice(0, 4) : <Icon name="file" />}
      </span>
      <span class="good-text">
        <b>
          <bdi>{file.name}</bdi>
        </b>
        <small>{[type, sizeOf(file.size, lang()), said].filter(Boolean).join(" · ")}</small>
      </span>
      {children}
    </li>
  );
}

export function LinkRow({ children }: { children: ComponentChildren }) {
  return (
    <li>
      <span class="good-tile" aria-hidden="true">
        <Icon name="link" />
      </span>
      <span class="good-text">{children}</span>
    </li>
  );
}

/** The address of a link that was bought. Where it leads is told nothing: neither whence one comes, nor that we vouch for it. */
export function BoughtLink({ url, label }: { url: string; label: string }) {
  return (
    <LinkRow>
      <a href={url} target="_blank" rel="noopener noreferrer nofollow" referrerpolicy="no-referrer" title={label}>
        <bdi>{url}</bdi>
      </a>
    </LinkRow>
  );
}

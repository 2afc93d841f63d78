/** A file in a list of what is sold: its type on a tile, its name, which may be of any alphabet, and its size. */
import type { ComponentChildren } from "preact";
import type { Schemas } from "../api/client.ts";
import { lang, plural, t } from "../i18n/index.ts";
import { Icon } from "../ui/icon.tsx";
import { sizeOf, typeOf } from "./sizes.ts";

type File = Pick<Schemas["AttachedView"], "name" | "type" | "size">;

/** `children`: what else is said of it; `act`: what can be done with it. */
export function FileRow({
  file,
  children,
  act,
}: {
  file: File;
  children?: ComponentChildren;
  act?: ComponentChildren;
}) {
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
        <small>
          {type && `${type}, `}
          {sizeOf(file.size, lang())}
          {children}
        </small>
      </span>
      {act}
    </li>
  );
}

export function LinksRow({ count, children }: { count: number; children: ComponentChildren }) {
  return (
    <li>
      <span class="good-tile" aria-hidden="true">
        <Icon name="link" />
      </span>
      <span class="good-text">
        <b>{plural(count, t().common.goods.links)}</b>
        <small>{children}</small>
      </span>
    </li>
  );
}

/** What a twip of files would sell: a moderator opens it, and sees what has come and gone since it was published (R10, D26). */
import type { ComponentChildren } from "preact";
import type { Schemas } from "../../api/client.ts";
import { sizeOf, typeOf } from "../../files/sizes.ts";
import { goodLink } from "../../goods/goods-api.ts";
import { OutwardLink } from "../../goods/outward-link.tsx";
import { lang, t } from "../../i18n/index.ts";
import { useMutation } from "../../state/query.ts";
import { Icon } from "../../ui/icon.tsx";
import { ProblemBanner } from "../../ui/notices.tsx";
import { compared, type Kept } from "./reading.ts";
import "../../styles/files.css";
import "../../styles/goods.css";

export function GoodsCompared({ twip }: { twip: Schemas["TwipView"] }) {
  const words = t().goods.moderator;
  const before = twip.published?.files;
  const after = twip.draft?.files;
  const files = compared(before?.files ?? [], after?.files ?? [], ({ id }) => id);
  const links = compared(before?.links ?? [], after?.links ?? [], (link) => link);
  const opened = useMutation(async (_key, id: string) => location.assign(await goodLink(twip.id, id)));
  const fresh = twip.published === null;
  return (
    <>
      <Goods title={words.files} none={files.length === 0}>
        <ul class="goods goods-own">
          {files.map(({ it, kind }) => (
            <li key={it.id}>
              <span class="good-tile" aria-hidden="true">
                {typeOf(it).slice(0, 4) || <Icon name="file" />}
              </span>
              <span class="good-text">
                <b>
                  <bdi>{it.name}</bdi> {!fresh && <Change kind={kind} />}
                </b>
                <small>
                  {sizeOf(it.size, lang())}, {it.type}
                </small>
              </span>
              {kind !== "del" && (
                <button
                  type="button"
                  class="btn btn-icon"
                  aria-label={t().goods.files.open(it.name)}
                  onClick={() => opened.run(it.id)}
                >
                  <Icon name="download" />
                </button>
              )}
            </li>
          ))}
        </ul>
        <ProblemBanner problem={opened.problem} />
      </Goods>
      <Goods title={words.links} none={links.length === 0}>
        <p class="row small warned">
          <Icon name="triangle-alert" />
          <span class="grow">{words.away}</span>
        </p>
        <ul class="goods goods-own">
          {links.map(({ it, kind }) => (
            <li key={it}>
              <span class="good-tile" aria-hidden="true">
                <Icon name="link" />
              </span>
              <span class="good-text">
                <span>
                  {kind === "del" ? it : <OutwardLink url={it} />} {!fresh && <Change kind={kind} />}
                </span>
              </span>
            </li>
          ))}
        </ul>
      </Goods>
    </>
  );
}

function Goods(props: { title: string; none: boolean; children: ComponentChildren }) {
  return (
    <div class="diff-row goods-row">
      <h2>{props.title}</h2>
      {props.none ? <p class="muted">{t().goods.moderator.none}</p> : <div class="stack stack-s">{props.children}</div>}
    </div>
  );
}

function Change({ kind }: { kind: Kept<unknown>["kind"] }) {
  const words = t().goods.moderator;
  if (kind === "same") return null;
  return (
    <span class={kind === "ins" ? "badge badge-good" : "badge badge-bad"}>
      {kind === "ins" ? words.added : words.gone}
    </span>
  );
}

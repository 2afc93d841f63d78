/** What a twip of files would sell: a moderator opens it, and sees what has come and gone since it was published (R10, D26). */
import type { ComponentChildren } from "preact";
import type { Schemas } from "../../api/client.ts";
import { LinkRow, OutwardLink, TypeTile } from "../../files/file-row.tsx";
import { isHeld, type Verdict } from "../../files/scans.ts";
import { sizeOf } from "../../files/sizes.ts";
import { goodLink, releaseGood } from "../../goods/goods-api.ts";
import type { Good } from "../../goods/goods-rules.ts";
import type { Scans } from "../../goods/twip-scans.ts";
import { lang, t } from "../../i18n/index.ts";
import { me } from "../../state/me.ts";
import { useMutation } from "../../state/query.ts";
import { Button } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { ProblemBanner, toast } from "../../ui/notices.tsx";
import { compared, type Kept } from "./reading.ts";
import "../../styles/goods.css";

/** `onReleased`: a file was let through, or the scans are not as they were read. */
export function GoodsCompared(props: { twip: Schemas["TwipView"]; scans: Scans; onReleased: () => void }) {
  const { twip, scans, onReleased } = props;
  const words = t().goods;
  const before = twip.published?.files;
  const after = twip.draft?.files;
  const files = compared(before?.files ?? [], after?.files ?? [], ({ id }) => id);
  const links = compared(before?.links ?? [], after?.links ?? [], (link) => link);
  const fresh = twip.published === null;
  return (
    <>
      <Goods title={words.files.legend} none={files.length === 0}>
        <ul class="goods goods-own">
          {files.map(({ it, kind }) => (
            <FileOf key={it.id} twip={twip} file={it} kind={kind} scan={scans[it.id]} onReleased={onReleased} />
          ))}
        </ul>
      </Goods>
      <Goods title={words.links.legend} none={links.length === 0}>
        <p class="row small warned">
          <Icon name="triangle-alert" />
          <span class="grow">{words.moderator.away}</span>
        </p>
        <ul class="goods goods-own">
          {links.map(({ it, kind }) => (
            <LinkRow key={it}>
              <span>
                {kind === "del" ? it : <OutwardLink url={it} />} {!fresh && <Change kind={kind} />}
              </span>
            </LinkRow>
          ))}
        </ul>
      </Goods>
    </>
  );
}

/** A file, fetched by a link once it is not held. One that is too large for the scanner is let through by whoever answers for it. */
function FileOf(props: {
  twip: Schemas["TwipView"];
  file: Good;
  kind: Kept<Good>["kind"];
  scan: Verdict | undefined;
  onReleased: () => void;
}) {
  const { twip, file, kind, scan = null, onReleased } = props;
  const words = t().goods;
  const own = twip.author_id === me.value?.id;
  const opened = useMutation(async () => location.assign(await goodLink(twip.id, file.id)));
  const released = useMutation(async () => {
    await releaseGood(twip.id, file.id);
    toast(words.moderator.released(file.name));
    onReleased();
  }, onReleased);
  const problem = released.problem ?? opened.problem;
  const release = kind !== "del" && scan === "too_large" && !own;
  return (
    <li class={kind !== "del" && scan === "infected" ? "goods-bad" : undefined}>
      <TypeTile file={file} />
      <span class="good-text">
        <b>
          <bdi>{file.name}</bdi> {twip.published && <Change kind={kind} />}
        </b>
        <small>
          {sizeOf(file.size, lang())}, {file.type}
          {kind !== "del" && scan && `, ${t().work.thread.scans[scan]}`}
        </small>
      </span>
      {kind !== "del" && (
        <Button
          look="quiet"
          class="btn-icon"
          label={words.files.open(file.name)}
          busy={opened.busy}
          off={!own && isHeld(scan)}
          onPress={opened.run}
        >
          <Icon name="download" />
        </Button>
      )}
      {(problem || release) && (
        <div class="goods-more stack stack-s">
          <ProblemBanner problem={problem} />
          {release && (
            <p>
              <Button busy={released.busy} onPress={released.run}>
                {words.moderator.release}
              </Button>
            </p>
          )}
        </div>
      )}
    </li>
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

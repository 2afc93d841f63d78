/** The rows of a list of files: one that is there, one that is on its way, one that was begun before. */
import { useState } from "preact/hooks";
import { Tile, TypeTile } from "../../files/file-row.tsx";
import type { Verdict } from "../../files/scans.ts";
import { sizeOf } from "../../files/sizes.ts";
import { goodLink } from "../../goods/goods-api.ts";
import { arrivedBytes, begunOf, type Good, type Upload } from "../../goods/goods-rules.ts";
import { spokenMs } from "../../goods/pace.ts";
import type { TransferFault } from "../../goods/transfer.ts";
import { type Sending, type Transfers, tryNow } from "../../goods/transfers.ts";
import { lang, moment, span, t } from "../../i18n/index.ts";
import { useMutation } from "../../state/query.ts";
import { Button } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { LiveText } from "../../ui/live-text.tsx";
import { ProblemBanner, problemWords } from "../../ui/notices.tsx";
import { ChooseOne } from "./files-choosing.tsx";

const size = (bytes: number) => sizeOf(bytes, lang());

export function GoodRow(props: {
  file: Good;
  at: number;
  of: number;
  twipId: string | null;
  saved: boolean;
  /** None of a file that is not saved yet. */
  scan: Verdict | undefined;
  fault: string | undefined;
  /** What is being sent to replace it. */
  coming: Sending | undefined;
  transfers: Transfers;
  onMove: (by: -1 | 1) => void;
  onRemove: () => void;
  onReplace: (file: File) => void;
  onCancel: (n: number) => void;
}) {
  const { file, at, of, twipId, saved, scan, fault, coming } = props;
  const words = t().goods.files;
  const bad = fault !== undefined || scan === "infected";
  const opened = useMutation(async () => {
    if (twipId) location.assign(await goodLink(twipId, file.id));
  });
  return (
    <li data-good={file.id} class={bad ? "goods-bad" : undefined}>
      <TypeTile file={file} bad={bad} />
      <span class="good-text">
        <b>
          <bdi>{file.name}</bdi>
        </b>
        <small>
          {size(file.size)}
          {!saved && `, ${words.unsaved}`}
          {scan && `, ${t().work.thread.scans[scan]}`}
        </small>
      </span>
      <span class="goods-acts">
        {of > 1 &&
          ([-1, 1] as const).map((by) => (
            <button
              key={by}
              type="button"
              class="btn btn-icon"
              data-way={by}
              aria-label={by < 0 ? words.up(file.name) : words.down(file.name)}
              aria-disabled={at + by < 0 || at + by >= of || undefined}
              onClick={() => props.onMove(by)}
            >
              <Icon name={by < 0 ? "chevron-up" : "chevron-down"} />
            </button>
          ))}
        {saved && (
          <Button look="quiet" class="btn-icon" label={words.open(file.name)} busy={opened.busy} onPress={opened.run}>
            <Icon name="download" />
          </Button>
        )}
        {!coming && (
          <ChooseOne label={words.replaceOf(file.name)} onChosen={props.onReplace}>
            {words.replace}
          </ChooseOne>
        )}
        <Button look="quiet" class="btn-icon" label={words.remove(file.name)} onPress={props.onRemove}>
          <Icon name="x" />
        </Button>
      </span>
      {coming && (
        <div class="goods-more">
          <p class="row">
            <b class="grow">
              <bdi>{coming.file.name}</bdi> <small class="muted">{t().goods.sending.instead(file.name)}</small>
            </b>
            <SendingActs {...props} row={coming} />
          </p>
          <Progress row={coming} />
        </div>
      )}
      {fault && <p class="goods-more small">{fault}</p>}
      {opened.problem && (
        <div class="goods-more">
          <ProblemBanner problem={opened.problem} />
        </div>
      )}
    </li>
  );
}

export function SendingRow(props: {
  row: Sending;
  twipId: string | null;
  transfers: Transfers;
  onCancel: (n: number) => void;
}) {
  const { row } = props;
  const failed = row.state === "failed";
  return (
    <li class={failed ? "goods-bad" : undefined}>
      <Tile>
        <Icon name={failed ? "circle-alert" : row.lost ? "wifi-off" : "upload"} />
      </Tile>
      <span class="good-text">
        <b>
          <bdi>{row.file.name}</bdi>
        </b>
        <Progress row={row} />
      </span>
      <span class="goods-acts">
        <SendingActs {...props} />
      </span>
    </li>
  );
}

function Progress({ row }: { row: Sending }) {
  const words = t().goods.sending;
  const { state, file, bytes } = row;
  if (state === "failed") return <small class="field-error">{faultWords(row.fault)}</small>;
  const still = state === "paused" || row.lost !== null;
  const part = words.part(size(bytes), size(file.size));
  const more =
    state === "paused"
      ? words.paused
      : row.leftMs === null
        ? null
        : words.left(span(spokenMs(row.leftMs)).replace(/^50 /, "50\u00a0"));
  return (
    <span class={still ? "goods-still" : undefined}>
      <progress max={file.size} value={bytes} aria-label={words.begun(file.name)} />
      <small>
        {row.lost ? (
          `${part}. ${lostWords(row)}`
        ) : (
          <LiveText>{state === "checking" ? words.checking : more ? `${part}, ${more}` : part}</LiveText>
        )}
      </small>
    </span>
  );
}

function SendingActs(props: {
  row: Sending;
  twipId: string | null;
  transfers: Transfers;
  onCancel: (n: number) => void;
}) {
  const { row, twipId, transfers } = props;
  const { n, file, state, fault } = row;
  const words = t().goods.sending;
  const go = () => twipId && transfers.go(twipId, n);
  return (
    <>
      {row.lost && (
        <Button look="quiet" onPress={tryNow}>
          {words.now}
        </Button>
      )}
      {state === "failed" && fault === "unread" && (
        <ChooseOne
          label={t().goods.unfinished.chooseOf(file.name)}
          onChosen={(chosen) => twipId && transfers.choose(twipId, n, chosen)}
        >
          {t().goods.unfinished.choose}
        </ChooseOne>
      )}
      {state === "failed" && fault !== "unread" && (
        <Button look="quiet" onPress={go}>
          {fault === "changed" || fault === "expired" ? words.afresh : t().common.retry}
        </Button>
      )}
      {state !== "failed" && (
        <Button
          look="quiet"
          class="btn-icon"
          label={state === "paused" ? words.goOf(file.name) : words.pauseOf(file.name)}
          onPress={state === "paused" ? go : () => transfers.pause(n)}
        >
          <Icon name={state === "paused" ? "play" : "pause"} />
        </Button>
      )}
      <Button look="quiet" class="btn-icon" label={words.cancel(file.name)} onPress={() => props.onCancel(n)}>
        <Icon name="x" />
      </Button>
    </>
  );
}

/** `onChosen`: the same file, as far as its name and size tell. */
export function UnfinishedRow(props: { upload: Upload; onChosen: (file: File) => void; onCancel: () => void }) {
  const { upload } = props;
  const words = t().goods.unfinished;
  const [another, setAnother] = useState(false);
  const there = arrivedBytes(upload);
  return (
    <li class="goods-still">
      <Tile>
        <Icon name="upload" />
      </Tile>
      <span class="good-text">
        <b>
          <bdi>{upload.name}</bdi> <span class="badge badge-warn">{words.title}</span>
        </b>
        <progress max={upload.size} value={there} aria-label={upload.name} />
        <small>
          {there > 0 ? words.text(size(there), size(upload.size)) : words.whole(size(upload.size))}{" "}
          {words.until(moment(upload.expires_at))}
        </small>
        {another && (
          <small class="field-error" role="alert">
            {words.another(upload.name)}
          </small>
        )}
      </span>
      <span class="goods-acts">
        <ChooseOne
          label={words.chooseOf(upload.name)}
          onChosen={(file) => {
            if (begunOf(file, [upload])) props.onChosen(file);
            else setAnother(true);
          }}
        >
          {words.choose}
        </ChooseOne>
        <Button look="quiet" class="btn-icon" label={t().goods.sending.cancel(upload.name)} onPress={props.onCancel}>
          <Icon name="x" />
        </Button>
      </span>
    </li>
  );
}

export function lostWords({ lost }: Sending): string {
  const words = t().goods.sending.lost;
  if (lost?.code === "network" || lost?.code === "unreadable") return words.network;
  return lost?.status && lost.code !== "link_refused" && lost.code !== "storage" ? words.busy : words.storage;
}

export function faultWords(fault: TransferFault | undefined): string {
  const words = t().goods.sending.faults;
  if (fault === "changed" || fault === "expired" || fault === "unread") return words[fault];
  return fault ? problemWords(fault) : t().problems.unknown;
}

/** What a twip of files sells (R74 to R76): its price, the files, the links, and how a buyer sees them. */
import { useEffect, useRef, useState } from "preact/hooks";
import { FILES_AT_MOST, type Good, moved } from "../../goods/goods-rules.ts";
import type { Transfers } from "../../goods/transfers.ts";
import type { Scans } from "../../goods/twip-scans.ts";
import { sign, t } from "../../i18n/index.ts";
import { FieldError, MoneyField } from "../../ui/field.tsx";
import { ProblemBanner } from "../../ui/notices.tsx";
import { FileChooser, useDropped } from "./files-choosing.tsx";
import type { Form, Part } from "./form.ts";
import { GoodRow, SendingRow, UnfinishedRow } from "./good-rows.tsx";
import { GoodsPreview } from "./goods-preview.tsx";
import { LinkFields } from "./link-fields.tsx";
import { useSaid } from "./sending-said.ts";
import "../../styles/goods.css";

export interface Goods {
  transfers: Transfers;
  /** None before the first save: files that are added then save the draft first (R75). */
  twipId: string | null;
  /** The files that are saved with the twip. */
  kept: readonly Good[];
  scans: Scans;
  add: (files: Iterable<File>, instead?: string) => void;
}

type Props = Part & { goods: Goods };

export function FilesFields(props: Props & { currency: string }) {
  const { form, fault, put, currency } = props;
  const words = t().goods;
  const { files } = form;
  const write = (field: string, part: Partial<Form["files"]>) => put(field, { files: { ...files, ...part } });
  return (
    <>
      <section class="card">
        <fieldset class="stack stack-s">
          <legend class="legend">{words.price.legend}</legend>
          <p class="hint">{words.price.hint}</p>
          <div class="offer-prices">
            <MoneyField
              label={words.price.label}
              name="files.price"
              symbol={sign(currency)}
              value={files.price}
              onInput={(price) => write("files.price", { price })}
              error={fault("files.price")}
            />
          </div>
        </fieldset>
      </section>
      <FilesCard {...props} onFiles={(list) => write("files.files", { files: list })} />
      <section class="card">
        <LinkFields
          links={files.links}
          fault={fault}
          onLinks={(links, at) => write(at === null ? "files.links" : `files.links.${at}`, { links })}
        />
      </section>
      <GoodsPreview files={files.files} links={files.links} />
    </>
  );
}

function FilesCard({ form, fault, goods, onFiles }: Props & { onFiles: (files: readonly Good[]) => void }) {
  const words = t().goods.files;
  const { transfers, twipId, kept, scans } = goods;
  const { files } = form.files;
  const rows = transfers.rows.value;
  const unfinished = transfers.unfinished.value;
  const [said, say] = useSaid(rows);
  const list = useRef<HTMLUListElement>(null);
  const choose = useRef<HTMLButtonElement>(null);
  const [focus, setFocus] = useState<string | null>(null);
  const over = useDropped(goods.add);
  const count = files.length + rows.filter(({ instead }) => instead === undefined).length + unfinished.length;
  const wrong = fault("files.files");

  // A file that has moved keeps the focus on the button that moved it, or the other one at an end of the list.
  useEffect(() => {
    if (!focus) return;
    const [id, way] = focus.split(" ");
    const buttons = list.current?.querySelectorAll<HTMLButtonElement>(`[data-good="${id}"] [data-way]`);
    const found = [...(buttons ?? [])].filter((it) => it.getAttribute("aria-disabled") !== "true");
    (found.find((it) => it.dataset.way === way) ?? found[0])?.focus();
    setFocus(null);
  }, [focus]);

  const move = (at: number, by: -1 | 1) => {
    const next = moved(files, at, by);
    const file = files[at];
    if (next === files || !file) return;
    onFiles(next);
    say(words.movedTo(file.name, at + by + 1, files.length));
    setFocus(`${file.id} ${by}`);
  };
  const remove = (file: Good) => {
    onFiles(files.filter(({ id }) => id !== file.id));
    for (const row of rows) if (row.instead === file.id) transfers.cancel(row.n);
    // What the twip never had is an upload that nobody will name.
    if (!kept.some(({ id }) => id === file.id)) transfers.forget(file.id);
    say(words.removed(file.name));
    choose.current?.focus();
  };
  const cancel = (n: number) => {
    transfers.cancel(n);
    choose.current?.focus();
  };
  return (
    <section class="card">
      <fieldset
        class="stack stack-s"
        aria-invalid={wrong ? true : undefined}
        aria-describedby={wrong ? "files-wrong files-hint" : "files-hint"}
        tabIndex={-1}
      >
        <legend class="legend">{words.legend}</legend>
        <p class="hint" id="files-hint">
          {words.hint} {twipId === null && words.draftFirst}
        </p>
        <ProblemBanner problem={transfers.problem.value} retry={() => twipId && void transfers.look(twipId)} />
        {count > 0 && (
          <ul class="goods goods-own" aria-label={words.list} ref={list}>
            {files.map((file, at) => (
              <GoodRow
                key={file.id}
                file={file}
                at={at}
                of={files.length}
                twipId={twipId}
                saved={kept.some(({ id }) => id === file.id)}
                scan={scans[file.id]}
                fault={fault(`files.files.${at}`)}
                coming={rows.find(({ instead }) => instead === file.id)}
                transfers={transfers}
                onMove={(by) => move(at, by)}
                onRemove={() => remove(file)}
                onReplace={(chosen) => goods.add([chosen], file.id)}
                onCancel={cancel}
              />
            ))}
            {rows
              .filter(({ instead }) => instead === undefined || !files.some(({ id }) => id === instead))
              .map((row) => (
                <SendingRow key={row.n} row={row} twipId={twipId} transfers={transfers} onCancel={cancel} />
              ))}
            {unfinished.map((upload) => (
              <UnfinishedRow
                key={upload.id}
                upload={upload}
                onChosen={(file) => twipId && transfers.resume(twipId, upload, file)}
                onCancel={() => {
                  transfers.forget(upload.id);
                  choose.current?.focus();
                }}
              />
            ))}
          </ul>
        )}
        <FileChooser button={choose} over={over} full={count >= FILES_AT_MOST} onChosen={goods.add} />
        {transfers.held.value.length > 0 && (
          <p class="small" role="status">
            {words.held(transfers.held.value.map(({ name }) => name).join(", "))}
          </p>
        )}
        {transfers.notTaken.value.map(({ name, fault: why }) => (
          <FieldError key={name} told>
            {t().goods.notTaken[why](name)}
          </FieldError>
        ))}
        <FieldError id="files-wrong">{wrong}</FieldError>
        <p class="sr" role="status">
          {said}
        </p>
      </fieldset>
    </section>
  );
}

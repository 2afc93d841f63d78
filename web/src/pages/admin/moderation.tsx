/** The moderators' queue and what they decide (R10, D2). The next in the queue opens when one is decided. */
import { useEffect, useRef, useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { answered, api, type Schemas } from "../../api/client.ts";
import { Problem } from "../../api/problem.ts";
import { isHeld } from "../../files/scans.ts";
import { HeldBack } from "../../goods/held-back.tsx";
import { type Scans, useScans } from "../../goods/twip-scans.ts";
import { day, lang, languages, money, plural, t } from "../../i18n/index.ts";
import { visible } from "../../i18n/seen.ts";
import { KIND_ICON } from "../../market/finding.ts";
import { me } from "../../state/me.ts";
import { useMutation, usePages } from "../../state/query.ts";
import { keepUnsaved, unsavedOf } from "../../state/unsaved.ts";
import { Button } from "../../ui/button.tsx";
import { errorAt, TextArea } from "../../ui/field.tsx";
import { useFloat } from "../../ui/float.ts";
import { Icon } from "../../ui/icon.tsx";
import { Banner, Empty, ProblemBanner, Skeleton } from "../../ui/notices.tsx";
import { diff, type Part, side } from "./diff.ts";
import { GoodsCompared } from "./goods-compared.tsx";
import { type FieldName, type Row, rows, titleOf, waited } from "./reading.ts";

type Waiting = Schemas["WaitingView"];
const REASON_LEAST = 3;

export function Moderation() {
  const { query } = useLocation();
  const words = t().admin.queue;
  const queue = usePages(
    (cursor) => answered(api.GET("/admin/moderation", { params: { query: cursor ? { cursor } : {} } })),
    [],
  );
  const waiting = queue.data ?? [];
  const opened = waiting.find((it) => it.twip.id === query.twip) ?? waiting[0];
  // Said where it covers nothing: the next decision is made in the same place.
  const [decided, setDecided] = useState("");
  const drop = (id: string, said: string) => {
    queue.put(waiting.filter((it) => it.twip.id !== id));
    setDecided(said);
  };
  if (!queue.data) {
    return (
      <div class="stack">
        <h1 class="admin-h">{t().admin.moderation}</h1>
        <ProblemBanner problem={queue.problem} retry={queue.reload} />
        {!queue.problem && <Skeleton />}
      </div>
    );
  }
  if (!opened) {
    return (
      <div class="stack">
        <h1 class="admin-h">{t().admin.moderation}</h1>
        <Empty
          icon="circle-check"
          title={words.empty}
          act={
            <Button onPress={queue.reload} busy={queue.loading}>
              {words.reload}
            </Button>
          }
        >
          {decided || words.emptyText}
        </Empty>
      </div>
    );
  }
  return (
    <div class="two admin">
      <nav aria-label={words.title} class="stack stack-s">
        <h2 class="row">
          {words.title}{" "}
          <span class="badge">
            {waiting.length}
            {queue.more && "+"}
          </span>
        </h2>
        <p class="small decided" role="status">
          {decided}
        </p>
        <div class="queue">
          {waiting.map(({ twip }) => (
            <a
              key={twip.id}
              href={`/admin?twip=${twip.id}`}
              aria-current={twip.id === opened.twip.id ? "true" : undefined}
            >
              <span class="strong">{titleOf(twip, lang())}</span>
              <small>
                {twip.published ? words.revision : words.fresh} · {waits(twip)}
              </small>
            </a>
          ))}
        </div>
        {queue.more && (
          <Button onPress={queue.more} busy={queue.loadingMore}>
            {t().common.more}
          </Button>
        )}
        <ProblemBanner problem={queue.problem} retry={queue.reload} />
      </nav>
      <Case
        key={`${opened.twip.id} ${opened.twip.version}`}
        waiting={opened}
        focus={decided !== "" || query.twip !== undefined}
        onDecided={(said) => drop(opened.twip.id, said)}
        onMoved={queue.reload}
      />
    </div>
  );
}

function waits({ submitted_at }: Schemas["TwipView"]): string {
  const words = t().admin.queue;
  const time = submitted_at && waited(submitted_at, Date.now());
  if (!time) return words.justNow;
  const format = { style: "unit", unit: time.unit, unitDisplay: time.unit === "day" ? "long" : "short" } as const;
  return words.waits(new Intl.NumberFormat(lang(), format).format(time.count));
}

/** One twip, what has changed in it, and the two decisions. `focus`: it was asked for, or is the next. */
function Case(props: { waiting: Waiting; focus: boolean; onDecided: (said: string) => void; onMoved: () => void }) {
  const { twip, author_name } = props.waiting;
  const words = t().admin;
  const heading = useRef<HTMLHeadingElement>(null);
  const title = titleOf(twip, lang());
  const revision = twip.published !== null;
  const { scans, look } = useScans(twip);
  useEffect(() => {
    if (!props.focus) return;
    heading.current?.focus({ preventScroll: true });
    heading.current?.scrollIntoView({ block: "center" });
  }, []);
  return (
    <section class="stack">
      <div class="stack stack-s">
        <h1 class="admin-h" ref={heading} tabIndex={-1}>
          {title}
        </h1>
        <p class="row small">
          <span class="badge badge-accent">
            <Icon name={KIND_ICON[twip.kind]} />
            {t().market.kinds[twip.kind]}
          </span>
          <span class="badge">{revision ? words.queue.revision : words.queue.fresh}</span>
          <span class="muted">
            {words.read.by(author_name)}
            {twip.sale === "on_sale" && ` · ${words.read.stays}`}
          </span>
        </p>
      </div>
      <Comparison twip={twip} scans={scans} onReleased={look} />
      {twip.author_id === me.value?.id ? (
        <Banner tone="info">{words.queue.own}</Banner>
      ) : (
        <Decision twip={twip} scans={scans} title={title} onDecided={props.onDecided} onMoved={props.onMoved} />
      )}
    </section>
  );
}

function Comparison(props: { twip: Schemas["TwipView"]; scans: Scans; onReleased: () => void }) {
  const { twip } = props;
  const words = t().admin.read;
  if (!twip.draft) return null;
  const names = {
    languages,
    category: (it: Partial<Record<string, string>>) => it[lang()],
    money: (it: Schemas["Money"]) => money(it),
    days: (it: number) => plural(it, t().common.days),
  };
  const found = rows(twip.published, twip.draft, names);
  const fresh = twip.published === null;
  return (
    <div class={fresh ? "diff fresh" : "diff"}>
      {!fresh && (
        <div class="diff-row hd">
          <span />
          <p>{twip.published_at ? words.now(day(twip.published_at)) : words.published}</p>
          <p>{twip.submitted_at ? words.next(day(twip.submitted_at)) : words.revision}</p>
        </div>
      )}
      {found.map((row) => (
        <DiffRow key={row.field} row={row} fresh={fresh} />
      ))}
      {twip.kind === "files" && <GoodsCompared {...props} />}
    </div>
  );
}

function DiffRow({ row, fresh }: { row: Row; fresh: boolean }) {
  const words = t().admin.read;
  const other = row.lang === lang() ? undefined : row.lang;
  if (fresh) {
    return (
      <div class="diff-row">
        <h2>{labelOf(row.field)}</h2>
        <div class="side">
          <p lang={other}>{row.after}</p>
        </div>
      </div>
    );
  }
  // A price, a term or the languages are one word: it is another, or the same.
  const whole = /^(languages|category|prices|work|files)/.test(row.field);
  const parts: Part[] =
    whole && !row.same
      ? [
          { kind: "del", text: row.before ?? "" },
          { kind: "ins", text: row.after ?? "" },
        ]
      : diff(row.before ?? "", row.after ?? "");
  return (
    <div class={row.same ? "diff-row same" : "diff-row"}>
      <h2>{labelOf(row.field)}</h2>
      <div class="side">
        <h3>{words.published}</h3>
        <p lang={other}>
          {row.before === null ? <span class="muted">{words.none}</span> : <Marked parts={side(parts, "ins")} />}
        </p>
      </div>
      <div class="side">
        <h3>{words.revision}</h3>
        <p lang={other}>
          {row.after === null ? <span class="muted">{words.none}</span> : <Marked parts={side(parts, "del")} />}
        </p>
      </div>
    </div>
  );
}

function labelOf(field: FieldName): string {
  const words = t().admin.read;
  switch (field) {
    case "languages":
      return words.languages;
    case "category":
    case "tags":
      return words[field];
    case "title.ru":
    case "title.en":
      return words.title[field === "title.ru" ? "ru" : "en"];
    case "description.ru":
    case "description.en":
      return words.description[field === "description.ru" ? "ru" : "en"];
    case "bring.ru":
    case "bring.en":
      return words.bring[field === "bring.ru" ? "ru" : "en"];
    case "files.price":
      return t().goods.price.legend;
    case "work.price":
    case "work.days":
      return words.work[field === "work.price" ? "price" : "days"];
    default:
      return words.prices[field === "prices.video" ? "video" : "text"];
  }
}

function Marked({ parts }: { parts: readonly Part[] }) {
  return (
    <>
      {parts.map(({ kind, text }, n) => {
        if (kind === "ins") return <ins key={n}>{text}</ins>;
        if (kind === "del") return <del key={n}>{text}</del>;
        return text;
      })}
    </>
  );
}

function Decision(props: {
  twip: Schemas["TwipView"];
  scans: Scans;
  title: string;
  onDecided: (said: string) => void;
  onMoved: () => void;
}) {
  const { twip, scans, title } = props;
  const sold = twip.draft?.files?.files ?? [];
  const held = sold.some(({ id }) => isHeld(scans[id] ?? null));
  // A call that the moderator answers does not cost what was written.
  const kept = `reason.${twip.id}`;
  const [reason, setReason] = useState(() => {
    const before = unsavedOf<string>(kept);
    return before?.base === twip.version ? before.value : "";
  });
  const box = useRef<HTMLFormElement>(null);
  useFloat(box);
  const words = t().admin.decide;
  const params = { path: { twip_id: twip.id } };
  const decide = useMutation(async (_key: string, how: "approve" | "reject") => {
    if (how === "approve") {
      await answered(api.POST("/admin/twips/{twip_id}/approve", { params, body: { version: twip.version } }));
    } else {
      if (visible(reason) < REASON_LEAST) {
        throw new Problem("invalid_input", { errors: [{ field: "reason", code: "missing" }] }, 422);
      }
      const body = { version: twip.version, reason: reason.trim() };
      await answered(api.POST("/admin/twips/{twip_id}/reject", { params, body }));
    }
    keepUnsaved(kept, null);
    props.onDecided(how === "approve" ? words.approved(title) : words.rejected(title));
  });
  const fields = decide.problem?.fields ?? [];
  useEffect(() => {
    if (fields.length) box.current?.querySelector("textarea")?.focus();
  }, [decide.problem]);
  const moved = decide.problem && ["stale", "wrong_state", "not_found"].includes(decide.problem.code);
  const missing = fields.some((it) => it.code === "missing");
  return (
    <form ref={box} class="decide stack" noValidate onSubmit={(event) => event.preventDefault()}>
      {moved ? (
        <Banner tone="warn" act={<Button onPress={props.onMoved}>{words.again}</Button>}>
          {decide.problem?.code === "stale" ? words.stale : words.gone}
        </Banner>
      ) : (
        fields.length === 0 && <ProblemBanner problem={decide.problem} />
      )}
      <HeldBack id="held-back" files={sold} scans={scans} words={t().goods.moderator.scanned} brief />
      <TextArea
        label={words.why}
        name="reason"
        rows={2}
        hint={words.hint}
        value={reason}
        onInput={(typed) => {
          setReason(typed);
          keepUnsaved(kept, typed ? { base: twip.version, value: typed } : null);
          if (fields.length) decide.clear();
        }}
        error={missing ? words.missing : errorAt(decide.problem, "reason")}
      />
      <div class="row between">
        <Button busy={decide.busy} off={moved === true} onPress={() => decide.run("reject")}>
          {words.reject}
        </Button>
        <Button
          look="primary"
          icon="check"
          busy={decide.busy}
          off={moved === true || held}
          {...(held && { describedBy: "held-back" })}
          onPress={() => decide.run("approve")}
        >
          {twip.published ? words.approveRevision : words.approve}
        </Button>
      </div>
    </form>
  );
}

/** Writing a twip (R6 to R9, D1, D2). It may be saved incomplete; what is missing is told when it is submitted. */
import { useEffect, useRef, useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { answered, api, freshKey, keyed } from "../../api/client.ts";
import { asProblem, Problem } from "../../api/problem.ts";
import { HeldBack } from "../../goods/held-back.tsx";
import { namesOf, useScans } from "../../goods/twip-scans.ts";
import { lang, plural, t } from "../../i18n/index.ts";
import { KIND_ICON, type Kind } from "../../market/finding.ts";
import { balance } from "../../state/me.ts";
import { useMutation } from "../../state/query.ts";
import { keepUnsaved, type Unsaved, unsavedOf } from "../../state/unsaved.ts";
import { Button, ButtonLink } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { useLeaveGuard } from "../../ui/leaving.tsx";
import { Banner, ProblemBanner, toast } from "../../ui/notices.tsx";
import { CostFields, faultWords, KindFields, LanguageFields, TextFields } from "./fields.tsx";
import {
  blank,
  bodyOf,
  type Form,
  formOf,
  MODES,
  placed,
  revived,
  same,
  submittable,
  type TwipView,
  untouched,
} from "./form.ts";
import { Reason, States, usePlacing } from "./row.tsx";
import { savedFiles, useTransfers } from "./use-transfers.ts";

function nameOf(twip: TwipView | null): string {
  return `twip.${twip?.id ?? "new"}`;
}

function keptOf(twip: TwipView | null, kind?: Form["kind"]): Form {
  const content = twip?.draft ?? twip?.published;
  return twip && content ? formOf(content, lang(), twip.kind) : blank(lang(), twip?.kind ?? kind);
}

/** Whether the form holds what is not kept. Of a new twip its kind and languages alone are nothing yet. */
function differs(form: Form, twip: TwipView | null): boolean {
  const { languages, kind } = form;
  return twip ? !same(form, keptOf(twip)) : !same(form, { ...blank(lang(), kind), languages });
}

/** What was written here before and is not what is kept by now. */
function unsavedIn(twip: TwipView | null): Unsaved<Form> | null {
  const found = unsavedOf<Partial<Form>>(nameOf(twip));
  const value = found && revived(found.value, keptOf(twip));
  return value && differs(value, twip) ? { ...found, value } : null;
}

/** `kind`: of a new twip, if one was asked for. `onMade`: a new twip has got its id; the page's address follows. */
export function Editor(props: { twip: TwipView | null; kind?: Kind | undefined; onMade?: (id: string) => void }) {
  const [before] = useState(() => unsavedIn(props.twip));
  const [twip, setTwip] = useState(props.twip);
  const [form, setForm] = useState<Form>(() => {
    const begun = before?.value ?? keptOf(twip, props.kind);
    return twip || !props.kind ? begun : { ...begun, kind: props.kind };
  });
  /** Of what the form was begun with; older than the twip's when somebody else has changed that meanwhile. */
  const [base, setBase] = useState(Number(before?.base ?? twip?.version ?? 0));
  const [restored, setRestored] = useState(before !== null);
  const { route } = useLocation();
  /** What was told of a field holds until it is changed. */
  const [mended, setMended] = useState<readonly string[]>([]);
  const box = useRef<HTMLFormElement>(null);
  /** What a new twip was first sent as. If that answer was lost and the form has changed since, the same request finds the draft (D12). */
  const first = useRef<{ key: string; form: Form } | null>(null);
  const words = t().offer;
  const changed = differs(form, twip);
  const content = twip?.draft ?? twip?.published;
  const currency =
    [...MODES.map((mode) => content?.prices[mode]), content?.work?.price, content?.files?.price].find(Boolean)
      ?.currency ??
    balance.value?.currency ??
    "RUB";

  /** The twip as it is now, which the form has seen. */
  const stand = (now: TwipView) => {
    setTwip(now);
    setBase(now.version);
  };
  const transfers = useTransfers(twip, setForm);
  const { scans } = useScans(twip);
  const held = transfers.held.value.length > 0;
  const sending = transfers.rows.value.length > 0;
  const send = useMutation(async (key: string, then: "save" | "submit") => {
    if (then === "submit" && form.kind === "files" && transfers.busy) {
      throw new Problem("invalid_input", { errors: [{ field: "files.files", code: "sending" }] }, 422);
    }
    if (!twip && !changed && transfers.held.value.length === 0)
      throw new Problem("invalid_input", { errors: untouched(form.kind) }, 422);
    const { body, faults } = bodyOf(form, currency);
    if (faults.length) throw new Problem("invalid_input", { errors: faults }, 422);
    let now = twip;
    if (!now) {
      // Another kind is another twip: what became of the first one is found among one's own.
      if (first.current?.form.kind !== form.kind) first.current = { key: first.current ? freshKey() : key, form };
      const begun = { kind: form.kind, ...bodyOf(first.current.form, currency).body };
      try {
        now = await answered(api.POST("/twips", { params: keyed(first.current.key), body: begun }));
      } catch (error) {
        // Of another refusal one does not know what became of the request before it.
        if (asProblem(error).code === "invalid_input") first.current = null;
        throw error;
      }
      keepUnsaved(nameOf(null), null);
      stand(now);
      props.onMade?.(now.id);
      route(`/add/${now.id}`, true);
    }
    if (twip ? changed : !same(form, first.current?.form ?? form)) {
      const params = { path: { twip_id: now.id } };
      const version = twip ? base : now.version;
      now = await answered(api.PATCH("/twips/{twip_id}", { params, body: { version, ...body } }));
    }
    // What was kept is kept, also when the submission is refused.
    keepUnsaved(nameOf(now), null);
    setRestored(false);
    stand(now);
    transfers.release(now.id);
    if (then === "submit") {
      stand(await answered(api.POST("/twips/{twip_id}/submit", { params: { path: { twip_id: now.id } } })));
    }
    toast(then === "submit" ? words.submitted : words.saved);
    if (then === "submit") route("/add");
  });
  const again = useMutation(async (_key: string, whose: "theirs" | "mine") => {
    if (!twip) return;
    const found = await answered(api.GET("/twips/{twip_id}", { params: { path: { twip_id: twip.id } } }));
    if (!found.revision) throw new Problem("not_found");
    stand(found.revision);
    setRestored(false);
    if (twip.kind === "files") void transfers.look(twip.id);
    const newer = found.revision.draft ?? found.revision.published;
    if (whose === "theirs" && newer) setForm(formOf(newer, lang(), twip.kind));
    else toast(words.stale.kept);
    send.clear();
  });

  // A failed submission leads to the first field to mend, after the page has moved on to its new address.
  useEffect(() => {
    setMended([]);
    if (!send.problem?.fields.length) return;
    const timer = setTimeout(() => box.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus(), 50);
    return () => clearTimeout(timer);
  }, [send.problem]);

  const faults = placed(send.problem?.fields ?? [], form);
  for (const field of mended) faults.delete(field);
  const fault = (field: string) => faultWords(faults.get(field), currency);
  const put = (field: string, part: Partial<Form>) => {
    setForm({ ...form, ...part });
    // Of a list that has another order each row is another.
    const told = [...faults.keys()].filter((it) => it === field || it.startsWith(`${field}.`));
    if (told.length > 0) setMended([...mended, ...told]);
  };
  const choose = (kind: Form["kind"]) => {
    setForm({ ...form, kind });
    transfers.held.value = [];
    send.clear();
    route(`/add/new?kind=${kind}`, true);
  };
  const name = nameOf(twip);
  useEffect(() => keepUnsaved(name, changed ? { base, value: form } : null), [name, base, changed, form]);
  const guard = useLeaveGuard(
    (changed || held || sending) && !send.busy,
    () => keepUnsaved(name, null),
    sending ? t().goods.leaving : undefined,
  );
  const addFiles = (files: Iterable<File>, instead?: string) => {
    if (twip) return transfers.add(twip.id, files, form.files.files.length, instead);
    transfers.hold(files);
    send.run("save");
  };
  const sold = form.kind === "files" ? form.files.files : [];
  const infected = namesOf(sold, scans, "infected") !== "";
  const ready = submittable(twip, changed) && !infected;
  return (
    <form
      ref={box}
      class="stack stack-l"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) send.run("submit");
      }}
    >
      {twip && <Standing twip={twip} onChange={(now) => (base === twip.version ? stand(now) : setTwip(now))} />}
      {restored && changed && !send.problem && (
        <Banner
          tone="info"
          act={
            <Button
              onPress={() => {
                setForm(keptOf(twip, form.kind));
                setBase(twip?.version ?? 0);
                setRestored(false);
                if (twip?.kind === "files") void transfers.look(twip.id);
              }}
            >
              {words.foundAgain.discard}
            </Button>
          }
        >
          {words.foundAgain.text}
        </Banner>
      )}
      {send.problem?.code === "stale" ? (
        <Banner
          tone="warn"
          act={
            <div class="row">
              <Button busy={again.busy} onPress={() => again.run("theirs")}>
                {words.stale.theirs}
              </Button>
              <Button busy={again.busy} onPress={() => again.run("mine")}>
                {words.stale.mine}
              </Button>
            </div>
          }
        >
          {words.stale.text}
        </Banner>
      ) : faults.size > 0 ? (
        <Banner tone="bad">{plural(faults.size, words.faults)}.</Banner>
      ) : (
        <ProblemBanner problem={send.problem} />
      )}
      <ProblemBanner problem={again.problem} />

      {!twip && <KindFields form={form} onChoose={choose} />}
      <LanguageFields form={form} fault={fault} put={put} />
      <TextFields form={form} fault={fault} put={put} />
      <CostFields
        form={form}
        fault={fault}
        put={put}
        currency={currency}
        goods={{ transfers, twipId: twip?.id ?? null, kept: savedFiles(twip), scans, add: addFiles }}
      />

      <HeldBack id="held-back" files={sold} scans={scans} words={t().goods.scanned} />
      <div class="offer-acts">
        <p class="small muted">{noteOf(twip)}</p>
        <div class="row">
          <Button onPress={() => send.run("save")} busy={send.busy} off={!changed}>
            {words.save}
          </Button>
          <Button look="primary" submit busy={send.busy} off={!ready} {...(infected && { describedBy: "held-back" })}>
            {twip?.published ? words.submitRevision : words.submit}
          </Button>
        </div>
      </div>
      {guard}
    </form>
  );
}

/** Where the twip is, and what of it can be done besides writing. */
function Standing({ twip, onChange }: { twip: TwipView; onChange: (twip: TwipView) => void }) {
  const words = t().offer;
  const place = usePlacing(twip, onChange);
  return (
    <div class="stack stack-s">
      <div class="row between">
        <p class="row">
          <span class="badge badge-accent">
            <Icon name={KIND_ICON[twip.kind]} />
            {t().market.kinds[twip.kind]}
          </span>
          <States twip={twip} />
        </p>
        {twip.sale !== "unpublished" && (
          <div class="row">
            {twip.sale === "on_sale" && (
              <ButtonLink look="quiet" href={`/twips/${twip.id}`}>
                {words.see}
              </ButtonLink>
            )}
            <Button look="quiet" busy={place.busy} onPress={place.run}>
              {twip.sale === "on_sale" ? words.withdraw : words.restore}
            </Button>
          </div>
        )}
      </div>
      <ProblemBanner problem={place.problem} />
      <Reason twip={twip} />
      {twip.review === "pending" && <Banner tone="info">{words.notes.pending}</Banner>}
    </div>
  );
}

/** What will come of a submission. */
function noteOf(twip: TwipView | null): string {
  const notes = t().offer.notes;
  if (twip?.sale === "on_sale") return notes.live;
  if (twip?.sale === "withdrawn") return notes.withdrawn;
  return notes.fresh;
}

/** Writing a twip (R6 to R9, D1, D2). It may be saved incomplete; what is missing is told when it is submitted. */
import { useEffect, useRef, useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { answered, api, keyed } from "../../api/client.ts";
import { asProblem, type FieldProblem, Problem } from "../../api/problem.ts";
import { lang, money, number, plural, t } from "../../i18n/index.ts";
import { length } from "../../i18n/seen.ts";
import { balance } from "../../state/me.ts";
import { useMutation } from "../../state/query.ts";
import { keepUnsaved, type Unsaved, unsavedOf } from "../../state/unsaved.ts";
import { Button, ButtonLink } from "../../ui/button.tsx";
import { MoneyField, TextArea, TextField } from "../../ui/field.tsx";
import { Icon } from "../../ui/icon.tsx";
import { useLeaveGuard } from "../../ui/leaving.tsx";
import { LiveText } from "../../ui/live-text.tsx";
import { Banner, fieldWords, ProblemBanner, toast } from "../../ui/notices.tsx";
import {
  blank,
  bodyOf,
  DESCRIPTION_MOST,
  type Form,
  formOf,
  LANGS,
  MODES,
  placed,
  same,
  submittable,
  TITLE_MOST,
  type TwipView,
  toggled,
  UNTOUCHED,
} from "./form.ts";
import { Reason, States, usePlacing } from "./row.tsx";

function nameOf(twip: TwipView | null): string {
  return `twip.${twip?.id ?? "new"}`;
}

function keptOf(twip: TwipView | null): Form {
  const content = twip?.draft ?? twip?.published;
  return content ? formOf(content, lang()) : blank(lang());
}

/** Whether the form holds what is not kept. Of a new twip its languages alone are nothing yet: they follow the reader's. */
function differs(form: Form, twip: TwipView | null): boolean {
  return twip ? !same(form, keptOf(twip)) : !same(form, { ...blank(lang()), languages: form.languages });
}

/** What was written here before and is not what is kept by now. */
function unsavedIn(twip: TwipView | null): Unsaved<Form> | null {
  const found = unsavedOf<Form>(nameOf(twip));
  return found && differs(found.value, twip) ? found : null;
}

/** `onMade`: a new twip has got its id; the page's address follows. */
export function Editor(props: { twip: TwipView | null; onMade?: (id: string) => void }) {
  const [before] = useState(() => unsavedIn(props.twip));
  const [twip, setTwip] = useState(props.twip);
  const [form, setForm] = useState<Form>(before?.value ?? keptOf(twip));
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
    MODES.map((mode) => content?.prices[mode]?.currency).find(Boolean) ?? balance.value?.currency ?? "RUB";

  /** The twip as it is now, which the form has seen. */
  const stand = (now: TwipView) => {
    setTwip(now);
    setBase(now.version);
  };
  const send = useMutation(async (key: string, then: "save" | "submit") => {
    if (!twip && !changed) throw new Problem("invalid_input", { errors: UNTOUCHED }, 422);
    const { body, faults } = bodyOf(form, currency);
    if (faults.length) throw new Problem("invalid_input", { errors: faults }, 422);
    let now = twip;
    if (!now) {
      first.current ??= { key, form };
      const begun = { kind: "consultation" as const, ...bodyOf(first.current.form, currency).body };
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
    const newer = found.revision.draft ?? found.revision.published;
    if (whose === "theirs" && newer) setForm(formOf(newer, lang()));
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

  const faults = placed(send.problem?.fields ?? [], form.languages);
  for (const field of mended) faults.delete(field);
  const fault = (field: string) => faultWords(faults.get(field), currency);
  const put = (field: string, part: Partial<Form>) => {
    setForm({ ...form, ...part });
    if (faults.has(field)) setMended([...mended, field]);
  };
  const name = nameOf(twip);
  useEffect(() => keepUnsaved(name, changed ? { base, value: form } : null), [name, base, changed, form]);
  const guard = useLeaveGuard(changed && !send.busy, () => keepUnsaved(name, null));
  const ready = submittable(twip, changed);
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
                setForm(keptOf(twip));
                setBase(twip?.version ?? 0);
                setRestored(false);
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

      <section class="card stack">
        <fieldset class="stack stack-s" aria-describedby="languages-hint">
          <legend class="legend">{words.languages}</legend>
          <div class="row">
            {LANGS.map((it) => (
              <label key={it} class="check offer-lang">
                <input
                  type="checkbox"
                  checked={form.languages.includes(it)}
                  aria-invalid={faults.has("languages") || undefined}
                  onChange={() => put("languages", { languages: toggled(form.languages, it) })}
                />
                {t().common.languages[it]}
              </label>
            ))}
          </div>
          <p class="hint" id="languages-hint">
            {words.languagesHint}
          </p>
          <FieldError>{fault("languages") && words.languageNone}</FieldError>
        </fieldset>
      </section>

      <div class={form.languages.length > 1 ? "offer-texts two-texts" : "offer-texts"}>
        {LANGS.filter((it) => form.languages.includes(it)).map((it) => {
          const text = form.texts[it];
          const write = (part: Partial<typeof text>) =>
            put(`texts.${it}.${Object.keys(part)[0]}`, { texts: { ...form.texts, [it]: { ...text, ...part } } });
          return (
            <fieldset key={it} class="card">
              <legend class="legend">{words.inLanguage[it]}</legend>
              <div class="stack">
                <Counted count={length(text.title)} most={TITLE_MOST}>
                  <TextField
                    label={words.title}
                    name={`texts.${it}.title`}
                    lang={it}
                    hint={words.titleHint}
                    value={text.title}
                    onInput={(title) => write({ title })}
                    error={tooLong(text.title, TITLE_MOST) ?? fault(`texts.${it}.title`)}
                    autocomplete="off"
                    required={form.languages.length === 1}
                  />
                </Counted>
                <Counted count={length(text.description)} most={DESCRIPTION_MOST}>
                  <TextArea
                    label={words.description}
                    name={`texts.${it}.description`}
                    lang={it}
                    rows={9}
                    hint={words.descriptionHint}
                    value={text.description}
                    onInput={(description) => write({ description })}
                    error={tooLong(text.description, DESCRIPTION_MOST) ?? fault(`texts.${it}.description`)}
                    required={form.languages.length === 1}
                  />
                </Counted>
              </div>
            </fieldset>
          );
        })}
      </div>

      <section class="card">
        <fieldset class="stack stack-s">
          <legend class="legend">{words.prices}</legend>
          <p class="hint">{words.pricesHint}</p>
          <div class="offer-prices">
            {MODES.map((mode) => (
              <MoneyField
                key={mode}
                label={words[mode]}
                name={`prices.${mode}`}
                symbol={symbolOf(currency)}
                value={form.prices[mode]}
                onInput={(typed) => put(`prices.${mode}`, { prices: { ...form.prices, [mode]: typed } })}
                error={fault(`prices.${mode}`)}
              />
            ))}
          </div>
        </fieldset>
      </section>

      <div class="offer-acts">
        <p class="small muted">{noteOf(twip)}</p>
        <div class="row">
          <Button onPress={() => send.run("save")} busy={send.busy} off={!changed}>
            {words.save}
          </Button>
          <Button look="primary" submit busy={send.busy} off={!ready}>
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

function Counted({ count, most, children }: { count: number; most: number; children: preact.ComponentChildren }) {
  return (
    <div class="counted">
      {children}
      <span class={count > most ? "counter over" : "counter"} aria-hidden="true">
        <LiveText>{t().offer.counted(number(count), number(most))}</LiveText>
      </span>
    </div>
  );
}

function FieldError({ children }: { children: string | undefined }) {
  if (!children) return null;
  return (
    <p class="field-error" role="alert">
      <Icon name="circle-alert" />
      <span>{children}</span>
    </p>
  );
}

function tooLong(text: string, most: number): string | undefined {
  return length(text) > most ? fieldWords({ field: "", code: "too_long", limit: most }) : undefined;
}

function faultWords(fault: FieldProblem | undefined, currency: string): string | undefined {
  if (!fault) return undefined;
  const words = t().offer;
  if (fault.field === "texts") return words.textNone;
  if (fault.field === "prices") return words.priceNone;
  if (fault.field.startsWith("prices.")) {
    if (fault.code === "too_small") return words.priceLeast;
    if (fault.code === "too_large" && fault.limit !== undefined) {
      return words.priceMost(money({ amount_minor: fault.limit, currency }, "round"));
    }
    return words.priceBad;
  }
  return fieldWords(fault);
}

function symbolOf(currency: string): string {
  const parts = new Intl.NumberFormat("en", {
    style: "currency",
    currency,
    currencyDisplay: "narrowSymbol",
  }).formatToParts(0);
  return parts.find((part) => part.type === "currency")?.value ?? currency;
}

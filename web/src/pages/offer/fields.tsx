/** The parts of the form in which a twip is written: each shows what is wrong with it (R8). */
import type { FieldProblem } from "../../api/problem.ts";
import type { Lang } from "../../i18n/formats.ts";
import { money, sign, t } from "../../i18n/index.ts";
import { length } from "../../i18n/seen.ts";
import { KIND_ICON, KINDS } from "../../market/finding.ts";
import { Counted, tooLong } from "../../ui/counted.tsx";
import { FieldError, MoneyField, TextArea, TextField } from "../../ui/field.tsx";
import { Icon } from "../../ui/icon.tsx";
import { fieldWords } from "../../ui/notices.tsx";
import { FilesFields, type Goods } from "./files-offer.tsx";
import {
  BRING_MOST,
  DAYS_MOST,
  DESCRIPTION_MOST,
  type Form,
  LANGS,
  MODES,
  type Part,
  TITLE_MOST,
  toggled,
} from "./form.ts";
import { linkWords } from "./link-fields.tsx";

/** What is offered (R5). */
export function KindFields({ form, onChoose }: { form: Form; onChoose: (kind: Form["kind"]) => void }) {
  const words = t();
  return (
    <fieldset>
      <legend class="legend">{words.offer.kind}</legend>
      <div class="kinds offer-kinds">
        {KINDS.map((kind) => (
          <label key={kind} class="kind kind-pick">
            <input type="radio" name="kind" value={kind} checked={kind === form.kind} onChange={() => onChoose(kind)} />
            <Icon name={KIND_ICON[kind]} large />
            <span>
              <b>{words.common.kinds[kind].name}</b>
              <span>{words.common.kinds[kind].hint}</span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

export function LanguageFields({ form, fault, put }: Part) {
  const words = t().offer;
  return (
    <section class="card stack">
      <fieldset class="stack stack-s" aria-describedby="languages-hint">
        <legend class="legend">{words.languages[form.kind]}</legend>
        <div class="row">
          {LANGS.map((it) => (
            <label key={it} class="check offer-lang">
              <input
                type="checkbox"
                checked={form.languages.includes(it)}
                aria-invalid={fault("languages") ? true : undefined}
                onChange={() => put("languages", { languages: toggled(form.languages, it) })}
              />
              {t().common.languages[it]}
            </label>
          ))}
        </div>
        <p class="hint" id="languages-hint">
          {words.languagesHint}
        </p>
        <FieldError told>{fault("languages") && words.languageNone}</FieldError>
      </fieldset>
    </section>
  );
}

export function TextFields(props: Part) {
  const { form } = props;
  return (
    <div class={form.languages.length > 1 ? "offer-texts two-texts" : "offer-texts"}>
      {LANGS.filter((it) => form.languages.includes(it)).map((it) => (
        <TextIn key={it} lang={it} {...props} />
      ))}
    </div>
  );
}

function TextIn({ form, fault, put, lang }: Part & { lang: Lang }) {
  const words = t().offer;
  const text = form.texts[lang];
  const write = (part: Partial<typeof text>) =>
    put(`texts.${lang}.${Object.keys(part)[0]}`, { texts: { ...form.texts, [lang]: { ...text, ...part } } });
  return (
    <fieldset class="card">
      <legend class="legend">{words.inLanguage[lang]}</legend>
      <div class="stack">
        <Counted count={length(text.title)} most={TITLE_MOST}>
          <TextField
            label={words.title}
            name={`texts.${lang}.title`}
            lang={lang}
            hint={words.titleHint[form.kind]}
            value={text.title}
            onInput={(title) => write({ title })}
            error={tooLong(text.title, TITLE_MOST) ?? fault(`texts.${lang}.title`)}
            autocomplete="off"
            required={form.languages.length === 1}
          />
        </Counted>
        <Counted count={length(text.description)} most={DESCRIPTION_MOST}>
          <TextArea
            label={words.description}
            name={`texts.${lang}.description`}
            lang={lang}
            rows={9}
            hint={words.descriptionHint[form.kind]}
            value={text.description}
            onInput={(description) => write({ description })}
            error={tooLong(text.description, DESCRIPTION_MOST) ?? fault(`texts.${lang}.description`)}
            required={form.languages.length === 1}
          />
        </Counted>
        {form.kind === "work" && (
          <Counted count={length(text.bring)} most={BRING_MOST}>
            <TextArea
              label={words.bring}
              name={`texts.${lang}.bring`}
              lang={lang}
              rows={4}
              hint={words.bringHint}
              value={text.bring}
              onInput={(bring) => write({ bring })}
              error={tooLong(text.bring, BRING_MOST) ?? fault(`texts.${lang}.bring`)}
            />
          </Counted>
        )}
      </div>
    </fieldset>
  );
}

/** What it costs: each kind in its way. */
export function CostFields(props: Part & { currency: string; goods: Goods }) {
  switch (props.form.kind) {
    case "consultation":
      return <PriceFields {...props} />;
    case "work":
      return <WorkFields {...props} />;
    case "files":
      return <FilesFields {...props} />;
  }
}

function PriceFields({ form, fault, put, currency }: Part & { currency: string }) {
  const words = t().offer;
  return (
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
              symbol={sign(currency)}
              value={form.prices[mode]}
              onInput={(typed) => put(`prices.${mode}`, { prices: { ...form.prices, [mode]: typed } })}
              error={fault(`prices.${mode}`)}
            />
          ))}
        </div>
      </fieldset>
    </section>
  );
}

function WorkFields({ form, fault, put, currency }: Part & { currency: string }) {
  const words = t().offer.work;
  const write = (part: Partial<Form["work"]>) =>
    put(`work.${Object.keys(part)[0]}`, { work: { ...form.work, ...part } });
  return (
    <section class="card">
      <fieldset class="stack stack-s">
        <legend class="legend">{words.legend}</legend>
        <p class="hint">{words.hint}</p>
        <div class="offer-prices">
          <MoneyField
            label={words.price}
            name="work.price"
            symbol={sign(currency)}
            value={form.work.price}
            onInput={(price) => write({ price })}
            error={fault("work.price")}
          />
          <TextField
            label={words.days}
            name="work.days"
            inputMode="numeric"
            maxLength={4}
            autocomplete="off"
            value={form.work.days}
            hint={words.daysHint(DAYS_MOST)}
            onInput={(days) => write({ days })}
            error={fault("work.days")}
          />
        </div>
      </fieldset>
    </section>
  );
}

/** What is wrong with a field, in the words of this form. */
export function faultWords(fault: FieldProblem | undefined, currency: string): string | undefined {
  if (!fault) return undefined;
  const words = t().offer;
  if (fault.field === "texts") return words.textNone;
  if (fault.field === "prices") return words.priceNone;
  if (fault.field.startsWith("work.days")) {
    return fault.code === "required" ? words.work.daysNone : words.work.daysBad(DAYS_MOST);
  }
  if (fault.field.startsWith("files.files")) return goodWords(fault);
  if (fault.field.startsWith("files.links"))
    return fault.field === "files.links" ? t().goods.faults.manyLinks : linkWords(fault);
  if (/^(prices\.|work\.price|files\.price)/.test(fault.field)) {
    if (fault.code === "required") return words.work.priceNone;
    if (fault.code === "too_small") return words.priceLeast;
    if (fault.code === "too_large" && fault.limit !== undefined) {
      return words.priceMost(money({ amount_minor: fault.limit, currency }, "round"));
    }
    return words.priceBad;
  }
  return fieldWords(fault);
}

/** What is wrong with the files, or with one of them. */
function goodWords({ field, code }: FieldProblem): string {
  const words = t().goods.faults;
  if (field !== "files.files") return code === "unknown_upload" ? words.unknown : fieldWords({ field, code });
  if (code === "sending") return words.sending;
  return code === "too_long" ? words.many : words.none;
}

import type { ComponentChildren } from "preact";
import { useId, useState } from "preact/hooks";
import type { Problem } from "../api/problem.ts";
import { Icon } from "./icon.tsx";
import { fieldWords } from "./notices.tsx";

/** A label, what it names, a hint and what is wrong with it. `children` gets the ids to refer to. */
export function Field(props: {
  label: string;
  hint?: string | undefined;
  error?: string | undefined;
  id?: string | undefined;
  children: (ids: { id: string; describedBy: string | undefined; invalid: boolean }) => ComponentChildren;
}) {
  const made = useId();
  const id = props.id ?? made;
  const hint = props.hint ? `${id}-hint` : "";
  const error = props.error ? `${id}-error` : "";
  return (
    <div class="field">
      <label for={id}>{props.label}</label>
      {props.children({ id, describedBy: `${error} ${hint}`.trim() || undefined, invalid: Boolean(props.error) })}
      <FieldError id={error}>{props.error}</FieldError>
      {props.hint && (
        <p class="hint" id={hint}>
          {props.hint}
        </p>
      )}
    </div>
  );
}

/** What is wrong with a field, beside it; nothing if nothing is. `told`: it is read out as it appears. */
export function FieldError(props: { id?: string; told?: boolean; children: string | undefined }) {
  if (!props.children) return null;
  return (
    <p class="field-error" id={props.id} role={props.told ? "alert" : undefined}>
      <Icon name="circle-alert" />
      <span>{props.children}</span>
    </p>
  );
}

/** The words for what is wrong with a field, if anything is. */
export function errorAt(problem: Problem | undefined, field: string): string | undefined {
  const found = problem?.fields.find((error) => error.field === field);
  return found && fieldWords(found);
}

interface TextProps {
  /** For whoever leads there; else it has one of its own. */
  id?: string;
  label: string;
  value: string;
  onInput: (value: string) => void;
  hint?: string | undefined;
  error?: string | undefined;
  type?: "text" | "email" | "search" | "password" | "url";
  autocomplete?: string;
  maxLength?: number;
  name?: string;
  placeholder?: string;
  inputMode?: "decimal" | "numeric" | "text";
  required?: boolean;
  lang?: string;
}

/** One line of text. */
export function TextField(props: TextProps) {
  return (
    <Field label={props.label} hint={props.hint} error={props.error}>
      {({ id, describedBy, invalid }) => (
        <input
          class="input"
          id={id}
          name={props.name}
          type={(props.type ?? "text") as "text"}
          value={props.value}
          lang={props.lang}
          maxLength={props.maxLength}
          placeholder={props.placeholder}
          inputMode={props.inputMode}
          autocomplete={props.autocomplete as "on"}
          aria-required={props.required || undefined}
          aria-invalid={invalid || undefined}
          aria-describedby={describedBy}
          onInput={(event) => props.onInput(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

/** Several lines of text. */
export function TextArea(props: TextProps & { rows?: number }) {
  return (
    <Field id={props.id} label={props.label} hint={props.hint} error={props.error}>
      {({ id, describedBy, invalid }) => (
        <textarea
          class="input"
          id={id}
          name={props.name}
          rows={props.rows ?? 5}
          value={props.value}
          lang={props.lang}
          maxLength={props.maxLength}
          placeholder={props.placeholder}
          aria-required={props.required || undefined}
          aria-invalid={invalid || undefined}
          aria-describedby={describedBy}
          onInput={(event) => props.onInput(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

/** A password that can be looked at. */
export function PasswordField(props: TextProps & { showLabel: string }) {
  const [shown, setShown] = useState(false);
  return (
    <div class="stack stack-s">
      <TextField {...props} type={shown ? "text" : "password"} />
      <label class="check">
        <input type="checkbox" checked={shown} onChange={(event) => setShown(event.currentTarget.checked)} />
        {props.showLabel}
      </label>
    </div>
  );
}

/** An amount of money in whole units. */
export function MoneyField(props: {
  label: string;
  value: string;
  onInput: (value: string) => void;
  symbol: string;
  hint?: string;
  error?: string | undefined;
  name?: string;
}) {
  return (
    <Field label={props.label} hint={props.hint} error={props.error}>
      {({ id, describedBy, invalid }) => (
        <div class="input-money">
          <input
            class="input"
            id={id}
            name={props.name}
            inputMode="decimal"
            autocomplete="off"
            maxLength={14}
            value={props.value}
            aria-invalid={invalid || undefined}
            aria-describedby={describedBy}
            onInput={(event) => props.onInput(event.currentTarget.value)}
          />
          <span aria-hidden="true">{props.symbol}</span>
        </div>
      )}
    </Field>
  );
}

/** One of several. */
export function Select<T extends string>(props: {
  label: string;
  value: T;
  options: ReadonlyArray<readonly [T, string]>;
  onChange: (value: T) => void;
  hint?: string;
  error?: string | undefined;
}) {
  return (
    <Field label={props.label} hint={props.hint} error={props.error}>
      {({ id, describedBy, invalid }) => (
        <select
          class="input"
          id={id}
          value={props.value}
          aria-invalid={invalid || undefined}
          aria-describedby={describedBy}
          onChange={(event) => props.onChange(event.currentTarget.value as T)}
        >
          {props.options.map(([value, name]) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

/** On or off. */
export function Switch(props: { label: string; on: boolean; onChange: (on: boolean) => void; off?: boolean }) {
  return (
    <label class="switch">
      <input
        type="checkbox"
        role="switch"
        aria-checked={props.on}
        checked={props.on}
        disabled={props.off}
        onChange={(event) => props.onChange(event.currentTarget.checked)}
      />
      {props.label}
    </label>
  );
}

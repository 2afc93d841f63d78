/** The pages of signing in: each is one card, and in most of them one form with one button. */
import type { ComponentChildren } from "preact";
import type { Problem } from "../../api/problem.ts";
import { t } from "../../i18n/index.ts";
import { Head } from "../../shell/page.tsx";
import type { Mutation } from "../../state/query.ts";
import { Button } from "../../ui/button.tsx";
import { errorAt, PasswordField, TextField } from "../../ui/field.tsx";
import { ProblemBanner } from "../../ui/notices.tsx";

interface CardProps {
  title: string;
  /** What stands beneath the title. */
  lead?: ComponentChildren;
  children?: ComponentChildren;
}

export function AuthCard({ title, lead, children }: CardProps) {
  return (
    <div class="auth">
      <section class="card">
        <Head title={title}>{lead}</Head>
        {children}
      </section>
    </div>
  );
}

interface EntryProps {
  children?: ComponentChildren;
  /** What the button does, and what it says. */
  does: Mutation<[]>;
  go: string;
  /** It cannot be pressed. */
  off?: boolean;
  /** Said in the place of the refusal's usual words. */
  refusal?: ComponentChildren;
  /** What stands beneath the button. */
  after?: ComponentChildren;
}

/** `children`: its fields. */
export function EntryForm({ children, does, go, off = false, refusal, after }: EntryProps) {
  return (
    <form
      class="stack"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        does.run();
      }}
    >
      {refusal || <ProblemBanner problem={does.problem} />}
      {children}
      <Button look="primary" submit wide busy={does.busy} off={off}>
        {go}
      </Button>
      {after}
    </form>
  );
}

export function AuthForm({ title, lead, ...entry }: CardProps & EntryProps) {
  return (
    <AuthCard title={title} lead={lead}>
      <EntryForm {...entry} />
    </AuthCard>
  );
}

interface InputProps {
  value: string;
  onInput: (value: string) => void;
  problem: Problem | undefined;
}

export function EmailInput({ value, onInput, problem }: InputProps) {
  return (
    <TextField
      label={t().auth.email}
      type="email"
      name="email"
      autocomplete="username"
      value={value}
      onInput={onInput}
      error={errorAt(problem, "email")}
      required
    />
  );
}

/** `hint`: what a new password must be like; without it, it is the one that there is. */
export function PasswordInput(props: InputProps & { label: string; hint?: string }) {
  return (
    <PasswordField
      label={props.label}
      showLabel={t().auth.show}
      hint={props.hint}
      name="password"
      autocomplete={props.hint === undefined ? "current-password" : "new-password"}
      value={props.value}
      onInput={props.onInput}
      error={errorAt(props.problem, "password")}
      required
    />
  );
}

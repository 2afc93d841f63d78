/** The two ways in, each as a form: by an account that there is, or by a new one. */
import { answered, api, keyed } from "../../api/client.ts";
import { demand } from "../../api/problem.ts";
import { lang, t } from "../../i18n/index.ts";
import { signIn } from "../../state/me.ts";
import { useMutation } from "../../state/query.ts";
import { errorAt, TextField } from "../../ui/field.tsx";
import { Banner } from "../../ui/notices.tsx";
import { EmailInput, EntryForm, PasswordInput } from "./auth-form.tsx";
import { onward, withNext } from "./onward.ts";
import { demandGood } from "./password.ts";

/** What was typed is kept from one form to the other. */
export interface Typed {
  name: string;
  email: string;
  password: string;
}

export const NOTHING: Typed = { name: "", email: "", password: "" };

interface FormProps {
  typed: Typed;
  onType: (typed: Typed) => void;
  /** A page of ours to go on to. */
  next: string;
}

/** Signs in; whoever shows it goes on as soon as somebody is. */
export function SignInForm({ typed, onType, next, register = true }: FormProps & { register?: boolean }) {
  const words = t().auth;
  const { email, password } = typed;
  const enter = useMutation(async () => {
    demand({ email, password });
    await signIn(email.trim(), password);
  });
  const state = enter.problem?.code === "wrong_state" ? enter.problem.facts.state : undefined;
  return (
    <EntryForm
      does={enter}
      go={words.signIn.go}
      refusal={
        (state === "pending" || state === "blocked") && (
          <Banner tone="bad">
            {words[state]} {state === "pending" && <a href={withNext("/forgot", next)}>{words.sent.repeat}</a>}
          </Banner>
        )
      }
      after={
        <p class="row between small">
          {register && (
            <span>
              {words.signIn.noAccount} <a href={withNext("/register", next)}>{words.signIn.register}</a>
            </span>
          )}
          <a href={withNext("/forgot", next)}>{words.signIn.forgot}</a>
        </p>
      }
    >
      <EmailInput value={email} onInput={(it) => onType({ ...typed, email: it })} problem={enter.problem} />
      <PasswordInput
        label={words.password}
        value={password}
        onInput={(it) => onType({ ...typed, password: it })}
        problem={enter.problem}
      />
    </EntryForm>
  );
}

/** Registers; what there is to say is in the mail. */
export function RegisterForm({ typed, onType, next, onSent }: FormProps & { onSent: () => void }) {
  const words = t().auth;
  const { name, email, password } = typed;
  const register = useMutation(async (key: string) => {
    demand({ display_name: name, email, password });
    demandGood(password, email);
    const body = { email: email.trim(), password, display_name: name.trim(), lang: lang(), next: onward(next) };
    await answered(api.POST("/auth/register", { params: keyed(key), body }));
    onSent();
  });
  return (
    <EntryForm does={register} go={words.register.go}>
      <TextField
        label={words.name}
        name="name"
        autocomplete="name"
        hint={words.nameHint}
        maxLength={60}
        value={name}
        onInput={(it) => onType({ ...typed, name: it })}
        error={errorAt(register.problem, "display_name")}
        required
      />
      <EmailInput value={email} onInput={(it) => onType({ ...typed, email: it })} problem={register.problem} />
      <PasswordInput
        label={words.password}
        hint={words.passwordHint}
        value={password}
        onInput={(it) => onType({ ...typed, password: it })}
        problem={register.problem}
      />
    </EntryForm>
  );
}

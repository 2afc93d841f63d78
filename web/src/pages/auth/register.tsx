import { useState } from "preact/hooks";
import { answered, api, keyed } from "../../api/client.ts";
import { demand } from "../../api/problem.ts";
import { lang, t } from "../../i18n/index.ts";
import { useMutation } from "../../state/query.ts";
import { errorAt, TextField } from "../../ui/field.tsx";
import { AuthForm, EmailInput, PasswordInput } from "./auth-form.tsx";
import { MailSent } from "./mail-sent.tsx";
import { demandGood } from "./password.ts";

export default function RegisterPage() {
  const [name, setName] = useState("");
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [sentTo, setSentTo] = useState<string | null>(null);
  const words = t().auth;
  const register = useMutation(async (key: string) => {
    demand({ display_name: name, email, password });
    demandGood(password, email);
    const body = { email: email.trim(), password, display_name: name.trim(), lang: lang() };
    await answered(api.POST("/auth/register", { params: keyed(key), body }));
    setSentTo(body.email);
  });
  if (sentTo) return <MailSent title={words.sent.title} text={words.sent.text(sentTo)} email={sentTo} />;
  return (
    <AuthForm
      title={words.register.title}
      lead={<p class="muted">{words.register.lead}</p>}
      does={register}
      go={words.register.go}
      after={
        <p class="small">
          {words.register.have} <a href="/sign-in">{words.register.signIn}</a>
        </p>
      }
    >
      <TextField
        label={words.name}
        name="name"
        autocomplete="name"
        hint={words.nameHint}
        maxLength={60}
        value={name}
        onInput={setName}
        error={errorAt(register.problem, "display_name")}
        required
      />
      <EmailInput value={email} onInput={setEmail} problem={register.problem} />
      <PasswordInput
        label={words.password}
        hint={words.passwordHint}
        value={password}
        onInput={setPassword}
        problem={register.problem}
      />
    </AuthForm>
  );
}

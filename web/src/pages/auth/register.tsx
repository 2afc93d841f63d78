import { useState } from "preact/hooks";
import { answered, api, keyed } from "../../api/client.ts";
import { demand } from "../../api/problem.ts";
import { lang, t } from "../../i18n/index.ts";
import { Head } from "../../shell/page.tsx";
import { useMutation } from "../../state/query.ts";
import { Button } from "../../ui/button.tsx";
import { errorAt, PasswordField, TextField } from "../../ui/field.tsx";
import { ProblemBanner } from "../../ui/notices.tsx";
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
    <div class="auth">
      <form
        class="card"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          register.run();
        }}
      >
        <Head title={words.register.title}>
          <p class="muted">{words.register.lead}</p>
        </Head>
        <ProblemBanner problem={register.problem} />
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
        <TextField
          label={words.email}
          type="email"
          name="email"
          autocomplete="username"
          value={email}
          onInput={setEmail}
          error={errorAt(register.problem, "email")}
          required
        />
        <PasswordField
          label={words.password}
          showLabel={words.show}
          hint={words.passwordHint}
          name="password"
          autocomplete="new-password"
          value={password}
          onInput={setPassword}
          error={errorAt(register.problem, "password")}
          required
        />
        <Button look="primary" submit wide busy={register.busy}>
          {words.register.go}
        </Button>
        <p class="small">
          {words.register.have} <a href="/sign-in">{words.register.signIn}</a>
        </p>
      </form>
    </div>
  );
}

import { useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { demand } from "../../api/problem.ts";
import { t } from "../../i18n/index.ts";
import { Head, nextPath } from "../../shell/page.tsx";
import { signIn } from "../../state/me.ts";
import { useMutation } from "../../state/query.ts";
import { Button } from "../../ui/button.tsx";
import { errorAt, PasswordField, TextField } from "../../ui/field.tsx";
import { Banner, ProblemBanner } from "../../ui/notices.tsx";

export default function SignInPage() {
  const { route, url } = useLocation();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const words = t().auth;
  const search = url.split("?")[1] ?? "";
  const enter = useMutation(async () => {
    demand({ email, password });
    await signIn(email.trim(), password);
    route(nextPath(search), true);
  });
  const state = enter.problem?.code === "wrong_state" ? enter.problem.facts.state : undefined;
  return (
    <div class="auth">
      <form
        class="card"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          enter.run();
        }}
      >
        <Head title={words.signIn.title} />
        {state === "pending" || state === "blocked" ? (
          <Banner tone="bad">
            {words[state]} {state === "pending" && <a href="/forgot">{words.sent.repeat}</a>}
          </Banner>
        ) : (
          <ProblemBanner problem={enter.problem} />
        )}
        <TextField
          label={words.email}
          type="email"
          name="email"
          autocomplete="username"
          value={email}
          onInput={setEmail}
          error={errorAt(enter.problem, "email")}
          required
        />
        <PasswordField
          label={words.password}
          showLabel={words.show}
          name="password"
          autocomplete="current-password"
          value={password}
          onInput={setPassword}
          error={errorAt(enter.problem, "password")}
          required
        />
        <Button look="primary" submit wide busy={enter.busy}>
          {words.signIn.go}
        </Button>
        <p class="row between small">
          <span>
            {words.signIn.noAccount} <a href={`/register${search && `?${search}`}`}>{words.signIn.register}</a>
          </span>
          <a href="/forgot">{words.signIn.forgot}</a>
        </p>
      </form>
    </div>
  );
}

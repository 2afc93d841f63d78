import { useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { demand } from "../../api/problem.ts";
import { t } from "../../i18n/index.ts";
import { nextPath } from "../../shell/page.tsx";
import { signIn } from "../../state/me.ts";
import { useMutation } from "../../state/query.ts";
import { Banner } from "../../ui/notices.tsx";
import { AuthForm, EmailInput, PasswordInput } from "./auth-form.tsx";

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
    <AuthForm
      title={words.signIn.title}
      does={enter}
      go={words.signIn.go}
      refusal={
        (state === "pending" || state === "blocked") && (
          <Banner tone="bad">
            {words[state]} {state === "pending" && <a href="/forgot">{words.sent.repeat}</a>}
          </Banner>
        )
      }
      after={
        <p class="row between small">
          <span>
            {words.signIn.noAccount} <a href={`/register${search && `?${search}`}`}>{words.signIn.register}</a>
          </span>
          <a href="/forgot">{words.signIn.forgot}</a>
        </p>
      }
    >
      <EmailInput value={email} onInput={setEmail} problem={enter.problem} />
      <PasswordInput label={words.password} value={password} onInput={setPassword} problem={enter.problem} />
    </AuthForm>
  );
}

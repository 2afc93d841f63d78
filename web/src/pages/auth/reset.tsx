import { useState } from "preact/hooks";
import { answered, api } from "../../api/client.ts";
import { demand } from "../../api/problem.ts";
import { t } from "../../i18n/index.ts";
import { useMutation } from "../../state/query.ts";
import { ButtonLink } from "../../ui/button.tsx";
import { errorAt } from "../../ui/field.tsx";
import { Banner } from "../../ui/notices.tsx";
import { AuthCard, AuthForm, PasswordInput } from "./auth-form.tsx";
import { takeToken } from "./link-token.ts";
import { useNext, withNext } from "./onward.ts";
import { demandGood } from "./password.ts";

export default function ResetPage() {
  const [token] = useState(takeToken);
  const [password, setPassword] = useState("");
  const [done, setDone] = useState(false);
  const next = useNext();
  const words = t().auth;
  const save = useMutation(async () => {
    demand({ password });
    demandGood(password);
    await answered(api.POST("/auth/password/reset", { body: { token, password } }));
    setDone(true);
  });
  if (done) {
    return (
      <AuthCard title={words.reset.done} lead={<p>{words.reset.doneText}</p>}>
        <ButtonLink look="primary" wide href={withNext("/sign-in", next)}>
          {words.signIn.go}
        </ButtonLink>
      </AuthCard>
    );
  }
  const dead = !token || save.problem?.code === "unauthenticated" || Boolean(errorAt(save.problem, "token"));
  return (
    <AuthForm
      title={words.reset.title}
      lead={<p class="muted">{words.reset.lead}</p>}
      does={save}
      go={words.reset.go}
      off={dead}
      refusal={
        dead && (
          <Banner tone="bad" act={<ButtonLink href={withNext("/forgot", next)}>{words.forgot.go}</ButtonLink>}>
            {t().problems.linkDead}
          </Banner>
        )
      }
    >
      <PasswordInput
        label={words.newPassword}
        hint={words.passwordHint}
        value={password}
        onInput={setPassword}
        problem={save.problem}
      />
    </AuthForm>
  );
}

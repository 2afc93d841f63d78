import { useState } from "preact/hooks";
import { answered, api } from "../../api/client.ts";
import { demand } from "../../api/problem.ts";
import { t } from "../../i18n/index.ts";
import { Head } from "../../shell/page.tsx";
import { useMutation } from "../../state/query.ts";
import { Button, ButtonLink } from "../../ui/button.tsx";
import { errorAt, PasswordField } from "../../ui/field.tsx";
import { Banner, ProblemBanner } from "../../ui/notices.tsx";
import { takeToken } from "./link-token.ts";
import { demandGood } from "./password.ts";

export default function ResetPage() {
  const [token] = useState(takeToken);
  const [password, setPassword] = useState("");
  const [done, setDone] = useState(false);
  const words = t().auth;
  const save = useMutation(async () => {
    demand({ password });
    demandGood(password);
    await answered(api.POST("/auth/password/reset", { body: { token, password } }));
    setDone(true);
  });
  if (done) {
    return (
      <div class="auth">
        <section class="card">
          <Head title={words.reset.done}>
            <p>{words.reset.doneText}</p>
          </Head>
          <ButtonLink look="primary" wide href="/sign-in">
            {words.signIn.go}
          </ButtonLink>
        </section>
      </div>
    );
  }
  const dead = !token || save.problem?.code === "unauthenticated" || Boolean(errorAt(save.problem, "token"));
  return (
    <div class="auth">
      <form
        class="card"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          save.run();
        }}
      >
        <Head title={words.reset.title}>
          <p class="muted">{words.reset.lead}</p>
        </Head>
        {dead ? (
          <Banner tone="bad" act={<ButtonLink href="/forgot">{words.forgot.go}</ButtonLink>}>
            {t().problems.linkDead}
          </Banner>
        ) : (
          <ProblemBanner problem={save.problem} />
        )}
        <PasswordField
          label={words.newPassword}
          showLabel={words.show}
          hint={words.passwordHint}
          name="password"
          autocomplete="new-password"
          value={password}
          onInput={setPassword}
          error={errorAt(save.problem, "password")}
          required
        />
        <Button look="primary" submit wide busy={save.busy} off={dead}>
          {words.reset.go}
        </Button>
      </form>
    </div>
  );
}

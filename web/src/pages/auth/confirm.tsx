import { useEffect, useState } from "preact/hooks";
import { answered, api } from "../../api/client.ts";
import { t } from "../../i18n/index.ts";
import { Head } from "../../shell/page.tsx";
import { useMutation } from "../../state/query.ts";
import { Button, ButtonLink } from "../../ui/button.tsx";
import { ProblemBanner } from "../../ui/notices.tsx";
import { takeToken } from "./link-token.ts";

export default function ConfirmPage() {
  const [token] = useState(takeToken);
  const [done, setDone] = useState(false);
  const words = t().auth;
  const confirm = useMutation(async () => {
    await answered(api.POST("/auth/confirm", { body: { token } }));
    setDone(true);
  });
  useEffect(() => confirm.run(), []);
  const dead = confirm.problem?.code === "unauthenticated" || confirm.problem?.code === "invalid_input";
  return (
    <div class="auth">
      <section class="card">
        {done ? (
          <>
            <Head title={words.confirm.title}>
              <p>{words.confirm.text}</p>
            </Head>
            <ButtonLink look="primary" wide href="/sign-in">
              {words.signIn.go}
            </ButtonLink>
          </>
        ) : dead ? (
          <>
            <Head title={words.confirm.failed}>
              <p>{words.confirm.dead}</p>
            </Head>
            <ButtonLink look="primary" wide href="/sign-in">
              {words.signIn.go}
            </ButtonLink>
            <ButtonLink wide href="/forgot">
              {words.sent.repeat}
            </ButtonLink>
          </>
        ) : (
          <>
            <Head title={words.confirm.working} />
            <ProblemBanner problem={confirm.problem} />
            {confirm.problem && (
              <Button onPress={confirm.run} busy={confirm.busy}>
                {t().common.retry}
              </Button>
            )}
          </>
        )}
      </section>
    </div>
  );
}

import { useEffect, useState } from "preact/hooks";
import { answered, api } from "../../api/client.ts";
import { t } from "../../i18n/index.ts";
import { useMutation } from "../../state/query.ts";
import { Button, ButtonLink } from "../../ui/button.tsx";
import { ProblemBanner } from "../../ui/notices.tsx";
import { AuthCard } from "./auth-form.tsx";
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
  const toSignIn = (
    <ButtonLink look="primary" wide href="/sign-in">
      {words.signIn.go}
    </ButtonLink>
  );
  if (done) {
    return (
      <AuthCard title={words.confirm.title} lead={<p>{words.confirm.text}</p>}>
        {toSignIn}
      </AuthCard>
    );
  }
  if (confirm.problem?.code === "unauthenticated" || confirm.problem?.code === "invalid_input") {
    return (
      <AuthCard title={words.confirm.failed} lead={<p>{words.confirm.dead}</p>}>
        {toSignIn}
        <ButtonLink wide href="/forgot">
          {words.sent.repeat}
        </ButtonLink>
      </AuthCard>
    );
  }
  return (
    <AuthCard title={words.confirm.working}>
      <ProblemBanner problem={confirm.problem} />
      {confirm.problem && (
        <Button onPress={confirm.run} busy={confirm.busy}>
          {t().common.retry}
        </Button>
      )}
    </AuthCard>
  );
}

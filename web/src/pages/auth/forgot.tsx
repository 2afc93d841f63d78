import { useState } from "preact/hooks";
import { answered, api } from "../../api/client.ts";
import { demand } from "../../api/problem.ts";
import { t } from "../../i18n/index.ts";
import { useMutation } from "../../state/query.ts";
import { AuthCard, AuthForm, EmailInput } from "./auth-form.tsx";
import { MailSent } from "./mail-sent.tsx";
import { onward, useNext } from "./onward.ts";

export default function ForgotPage() {
  const [email, setEmail] = useState("");
  const [sentTo, setSentTo] = useState<string | null>(null);
  const next = useNext();
  const words = t().auth;
  const send = useMutation(async () => {
    demand({ email });
    const address = email.trim();
    await answered(api.POST("/auth/password/forgot", { body: { email: address, next: onward(next) } }));
    setSentTo(address);
  });
  if (sentTo) {
    const text = words.forgot.sent(sentTo);
    return (
      <AuthCard title={words.forgot.sentTitle} lead={<p>{text}</p>}>
        <MailSent text={text} email={sentTo} next={next} />
      </AuthCard>
    );
  }
  return (
    <AuthForm
      title={words.forgot.title}
      lead={<p class="muted">{words.forgot.lead}</p>}
      does={send}
      go={words.forgot.go}
    >
      <EmailInput value={email} onInput={setEmail} problem={send.problem} />
    </AuthForm>
  );
}

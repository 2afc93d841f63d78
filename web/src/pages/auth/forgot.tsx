import { useState } from "preact/hooks";
import { answered, api } from "../../api/client.ts";
import { demand } from "../../api/problem.ts";
import { t } from "../../i18n/index.ts";
import { useMutation } from "../../state/query.ts";
import { AuthForm, EmailInput } from "./auth-form.tsx";
import { MailSent } from "./mail-sent.tsx";

export default function ForgotPage() {
  const [email, setEmail] = useState("");
  const [sentTo, setSentTo] = useState<string | null>(null);
  const words = t().auth;
  const send = useMutation(async () => {
    demand({ email });
    const address = email.trim();
    await answered(api.POST("/auth/password/forgot", { body: { email: address } }));
    setSentTo(address);
  });
  if (sentTo) return <MailSent title={words.forgot.sentTitle} text={words.forgot.sent(sentTo)} email={sentTo} />;
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

import { useState } from "preact/hooks";
import { answered, api } from "../../api/client.ts";
import { demand } from "../../api/problem.ts";
import { t } from "../../i18n/index.ts";
import { Head } from "../../shell/page.tsx";
import { useMutation } from "../../state/query.ts";
import { Button } from "../../ui/button.tsx";
import { errorAt, TextField } from "../../ui/field.tsx";
import { ProblemBanner } from "../../ui/notices.tsx";
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
    <div class="auth">
      <form
        class="card"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          send.run();
        }}
      >
        <Head title={words.forgot.title}>
          <p class="muted">{words.forgot.lead}</p>
        </Head>
        <ProblemBanner problem={send.problem} />
        <TextField
          label={words.email}
          type="email"
          name="email"
          autocomplete="username"
          value={email}
          onInput={setEmail}
          error={errorAt(send.problem, "email")}
          required
        />
        <Button look="primary" submit wide busy={send.busy}>
          {words.forgot.go}
        </Button>
      </form>
    </div>
  );
}

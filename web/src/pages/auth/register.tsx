import { useState } from "preact/hooks";
import { t } from "../../i18n/index.ts";
import { AuthCard } from "./auth-form.tsx";
import { NOTHING, RegisterForm } from "./forms.tsx";
import { Awaited } from "./mail-sent.tsx";
import { useGoingOn, useNext, withNext } from "./onward.ts";

export default function RegisterPage() {
  const [typed, setTyped] = useState(NOTHING);
  const [sent, setSent] = useState(false);
  const next = useNext();
  const words = t().auth;
  useGoingOn(next);
  if (sent) {
    return (
      <AuthCard title={words.sent.title}>
        <Awaited typed={typed} onType={setTyped} next={next} onWrong={() => setSent(false)} />
      </AuthCard>
    );
  }
  return (
    <AuthCard title={words.register.title} lead={<p class="muted">{words.register.lead}</p>}>
      <RegisterForm typed={typed} onType={setTyped} next={next} onSent={() => setSent(true)} />
      <p class="small">
        {words.register.have} <a href={withNext("/sign-in", next)}>{words.register.signIn}</a>
      </p>
    </AuthCard>
  );
}

import { useState } from "preact/hooks";
import { t } from "../../i18n/index.ts";
import { AuthCard } from "./auth-form.tsx";
import { NOTHING, SignInForm } from "./forms.tsx";
import { useGoingOn, useNext } from "./onward.ts";

export default function SignInPage() {
  const [typed, setTyped] = useState(NOTHING);
  const next = useNext();
  useGoingOn(next);
  return (
    <AuthCard title={t().auth.signIn.title}>
      <SignInForm typed={typed} onType={setTyped} next={next} />
    </AuthCard>
  );
}

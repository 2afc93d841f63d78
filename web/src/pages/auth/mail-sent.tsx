import { answered, api } from "../../api/client.ts";
import { t } from "../../i18n/index.ts";
import { useMutation } from "../../state/query.ts";
import { ProblemBanner, toast } from "../../ui/notices.tsx";
import { AuthCard } from "./auth-form.tsx";

/** A mail is on its way; it can be asked for again. */
export function MailSent({ title, text, email }: { title: string; text: string; email: string }) {
  const words = t().auth.sent;
  const again = useMutation(async () => {
    await answered(api.POST("/auth/password/forgot", { body: { email } }));
    toast(text);
  });
  return (
    <AuthCard title={title} lead={<p>{text}</p>}>
      <ProblemBanner problem={again.problem} />
      <p class="small muted">
        {words.again}{" "}
        <button type="button" class="link" aria-busy={again.busy || undefined} onClick={() => again.run()}>
          {words.repeat}
        </button>
      </p>
    </AuthCard>
  );
}

import type { ComponentChildren } from "preact";
import { answered, api } from "../../api/client.ts";
import { t } from "../../i18n/index.ts";
import { useMutation } from "../../state/query.ts";
import { Icon } from "../../ui/icon.tsx";
import { ProblemBanner, toast } from "../../ui/notices.tsx";
import { useArriving } from "./arriving.ts";
import { SignInForm, type Typed } from "./forms.tsx";
import { onward } from "./onward.ts";

interface Props {
  text: string;
  email: string;
  next: string;
  children?: ComponentChildren;
}

/** A mail is on its way; it can be asked for again. */
export function MailSent({ text, email, next, children }: Props) {
  const words = t().auth.sent;
  const again = useMutation(async () => {
    await answered(api.POST("/auth/password/forgot", { body: { email, next: onward(next) } }));
    toast(text);
  });
  return (
    <div class="stack stack-s">
      <ProblemBanner problem={again.problem} />
      <p class="small muted">
        {words.again}{" "}
        <button type="button" class="link" aria-busy={again.busy || undefined} onClick={() => again.run()}>
          {words.repeat}
        </button>
      </p>
      {children}
    </div>
  );
}

/** Whoever has registered waits here for the mail. The tab goes on by itself once its link is opened. */
export function Awaited(props: { typed: Typed; onType: (typed: Typed) => void; next: string; onWrong: () => void }) {
  const { typed, next } = props;
  const words = t().auth.sent;
  const email = typed.email.trim();
  const over = useArriving();
  if (over) {
    return (
      <div class="stack">
        <p>{words.over}</p>
        <SignInForm typed={typed} onType={props.onType} next={next} register={false} />
      </div>
    );
  }
  return (
    <div class="stack">
      <p>{words.text(email)}</p>
      <p class="row nowraprow muted" role="status">
        <Icon name="clock" />
        <span>{words.waiting}</span>
      </p>
      <MailSent text={words.text(email)} email={email} next={next}>
        <p class="small muted">
          {words.wrong}{" "}
          <button type="button" class="link" onClick={props.onWrong}>
            {words.change}
          </button>
        </p>
      </MailSent>
    </div>
  );
}

/**
 * The page of the link that confirms an address. It asks for a press: programs that open every link of a mail must confirm nothing, and
 * whoever did not register must be told so before. The browser that has registered is signed in and goes on; another one is not, for
 * whoever owns the address may not be who chose the password (docs/adr/0019).
 */
import { useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { answered, api } from "../../api/client.ts";
import { t } from "../../i18n/index.ts";
import { enter, me } from "../../state/me.ts";
import { useMutation } from "../../state/query.ts";
import { Button, ButtonLink } from "../../ui/button.tsx";
import { ProblemBanner } from "../../ui/notices.tsx";
import { wantedOf } from "../orders/offer.tsx";
import { Stranger } from "../orders/stranger.tsx";
import { AuthCard } from "./auth-form.tsx";
import { NOTHING, SignInForm } from "./forms.tsx";
import { takeToken } from "./link-token.ts";
import { useGoingOn, useNext, withNext } from "./onward.ts";

const ORDER = /^\/twips\/([0-9a-z]{26})\/order(?:\/(\w+)|\?kind=(\w+))$/;

export default function ConfirmPage() {
  const [token] = useState(takeToken);
  const [stage, setStage] = useState<"asked" | "elsewhere">("asked");
  const [typed, setTyped] = useState(NOTHING);
  const { route } = useLocation();
  const next = useNext();
  const confirm = useMutation(async () => {
    const { signed_in } = await answered(api.POST("/auth/confirm", { body: { token } }));
    if (signed_in) enter(signed_in);
    if (me.peek()) route(next, true);
    else setStage("elsewhere");
  });
  // Another tab of this browser has gone on with it.
  const dead = !token || confirm.problem?.code === "unauthenticated" || confirm.problem?.code === "invalid_input";
  useGoingOn(dead || stage === "elsewhere" ? next : null);
  const words = t().auth.confirm;
  const signIn = <SignInForm typed={typed} onType={setTyped} next={next} register={false} />;
  const [title, text, rest] = dead
    ? [
        words.failed,
        words.dead,
        <>
          {signIn}
          <ButtonLink wide href={withNext("/forgot", next)}>
            {t().auth.sent.repeat}
          </ButtonLink>
        </>,
      ]
    : stage === "elsewhere"
      ? [words.title, words.elsewhere, signIn]
      : [
          words.ask,
          words.text,
          <>
            <p class="small muted">{words.notYou}</p>
            <ProblemBanner problem={confirm.problem} />
            <Button look="primary" wide busy={confirm.busy} onPress={confirm.run}>
              {words.go}
            </Button>
          </>,
        ];
  const [, id = "", mode, kind] = ORDER.exec(next) ?? [];
  const wanted = wantedOf(mode, kind);
  if (id && wanted) {
    return (
      <Stranger id={id} wanted={wanted}>
        <section class="card stack" aria-labelledby="way-in">
          <h2 id="way-in">{title}</h2>
          <p>{text}</p>
          {rest}
        </section>
      </Stranger>
    );
  }
  return (
    <AuthCard title={title} lead={<p>{text}</p>}>
      {rest}
    </AuthCard>
  );
}

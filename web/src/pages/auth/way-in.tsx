/** Both ways in beside what somebody was about to do, which stays in sight (E21). */
import { useState } from "preact/hooks";
import { t } from "../../i18n/index.ts";
import { NOTHING, RegisterForm, SignInForm } from "./forms.tsx";
import { Awaited } from "./mail-sent.tsx";

const WAYS = ["register", "signIn"] as const;

export function WayIn({ next }: { next: string }) {
  const [typed, setTyped] = useState(NOTHING);
  const [way, setWay] = useState<(typeof WAYS)[number] | "sent">("register");
  const words = t().auth;
  if (way === "sent") {
    return (
      <section class="card stack" aria-labelledby="way-in">
        <h2 id="way-in">{words.sent.title}</h2>
        <Awaited typed={typed} onType={setTyped} next={next} onWrong={() => setWay("register")} />
      </section>
    );
  }
  const form = { typed, onType: setTyped, next };
  return (
    <section class="card stack" aria-labelledby="way-in">
      <h2 id="way-in">{words.wayIn.title}</h2>
      <div class="seg" role="group" aria-labelledby="way-in">
        {WAYS.map((it) => (
          <button key={it} type="button" aria-pressed={it === way} onClick={() => setWay(it)}>
            {words.wayIn[it]}
          </button>
        ))}
      </div>
      {way === "register" ? (
        <RegisterForm {...form} onSent={() => setWay("sent")} />
      ) : (
        <SignInForm {...form} register={false} />
      )}
    </section>
  );
}

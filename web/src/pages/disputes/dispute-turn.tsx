/** Whose turn it is in a dispute, until when, what silence does, and the way to where one acts (D27, D31). */
import { turnOf, type Waiting, waitingFor } from "../../disputes/dispute-rules.ts";
import { toldOf } from "../../disputes/dispute-told.ts";
import { t } from "../../i18n/index.ts";
import { Button } from "../../ui/button.tsx";
import type { DisputeProps } from "./dispute.tsx";

/** Where one does what waits. */
const PLACE: Record<Waiting, string> = { answer: "say", question: "say", proposal: "offer" };

export function DisputeTurn({ dispute }: DisputeProps) {
  const words = t().disputes;
  const turn = turnOf(dispute);
  if (turn === null) return null;
  const told = toldOf(dispute, dispute.proposal?.split);
  const waiting = waitingFor(dispute);
  const said = turn === "mine" ? waiting.map((what) => words.waits[what]) : [words.others[other(turn, dispute.phase)]];
  const mine = turn === "mine";
  const [first, ...rest] = said;
  return (
    <section class={`card turn${mine ? "" : " turn-wait"}`} aria-labelledby="turn">
      <div class="turn-top">
        <p class="turn-who">
          <span class="turn-mark" aria-hidden="true" />
          {words.whose[turn]}
        </p>
        <h2 id="turn">{first?.title(told)}</h2>
        <p class="muted">{first?.text(told)}</p>
        {rest.map((part) => (
          <p key={part.title(told)}>
            <b>{part.title(told)}.</b> <span class="muted">{part.text(told)}</span>
          </p>
        ))}
      </div>
      {mine && (
        <p class="turn-else">
          {waiting.map((what, n) => (
            <Button key={what} {...(n === 0 && { look: "primary" as const })} onPress={() => goTo(PLACE[what])}>
              {words.go[what]}
            </Button>
          ))}
        </p>
      )}
    </section>
  );
}

function other(turn: Exclude<ReturnType<typeof turnOf>, "mine" | null>, phase: string) {
  if (turn === "customer" || turn === "performer") return phase === "answer" ? "side" : "asked";
  return turn;
}

/** For the eye and for the keyboard. */
function goTo(id: string): void {
  const place = document.getElementById(id);
  place?.scrollIntoView({ block: "center" });
  place?.focus({ preventScroll: true });
}

/** All calls that ring now, under the badge: the whole of a silent call (R21, R22). */
import { useLocation } from "preact-iso";
import { textFor } from "../market/texts.ts";
import { useAct } from "../state/query.ts";
import { useNow } from "../talk/now.ts";
import { Button } from "../ui/button.tsx";
import { Icon } from "../ui/icon.tsx";
import { ProblemBanner } from "../ui/notices.tsx";
import { Avatar } from "../ui/person.tsx";
import { MODE_ICON } from "../ui/price.tsx";
import { duration, lang, t } from "../words/index.ts";
import { type Incoming, incoming } from "./incoming.ts";
import { answer, decline } from "./moves.ts";
import "../styles/ring.css";

export default function Panel() {
  const calls = incoming.value;
  const words = t().call.ring;
  return (
    <section class="panel call-panel" aria-label={words.now}>
      <p class="row between">
        <span class="strong">{words.now}</span>
        {calls.every((it) => it.silent) && (
          <span class="badge">
            <Icon name="bell-off" />
            {words.silent}
          </span>
        )}
      </p>
      <ul>
        {calls.map((call) => (
          <Line key={call.sessionId} call={call} />
        ))}
      </ul>
      {calls.length > 1 && <p class="hint">{words.others}</p>}
    </section>
  );
}

function Line({ call }: { call: Incoming }) {
  const { route } = useLocation();
  const now = useNow();
  const words = t().call.ring;
  const take = useAct(async () => route(await answer(call)));
  const refuse = useAct(() => decline(call));
  return (
    <li>
      <Avatar id={call.sessionId} name={call.caller} size="s" />
      <div>
        <p class="strong">{call.caller}</p>
        <p class="small muted">{words.left(call.mode, duration(call.untilMs - now))}</p>
        <p class="small muted">{textFor(call.title, lang()).text}</p>
      </div>
      <div class="ring-acts">
        <Button busy={refuse.busy} onPress={refuse.run}>
          {words.decline}
        </Button>
        <Button look="primary" icon={MODE_ICON[call.mode]} busy={take.busy} onPress={take.run}>
          {words.answer}
        </Button>
      </div>
      <ProblemBanner problem={take.problem ?? refuse.problem} />
    </li>
  );
}

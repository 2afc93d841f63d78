/** The customer's limit of a session: how long it may last at most, beside its time and money (E24). */
import { useState } from "preact/hooks";
import { clock, t } from "../../i18n/index.ts";
import { blockUnderWay } from "../../session/limits.ts";
import { socket } from "../../socket/socket.ts";
import { useMutation } from "../../state/query.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Icon } from "../../ui/icon.tsx";
import { ProblemBanner, problemWords, toast } from "../../ui/notices.tsx";
import type { SessionProps } from "./bar.tsx";
import { LimitChoice, length } from "./limit-choice.tsx";

/** Sets the limit, or lifts it. */
export function useLimiting({ session }: Pick<SessionProps, "session">) {
  const limiting = useMutation(async (_key: string, blocks: number | null) => {
    await socket.ask({ type: "session.limit", session_id: session.sessionId, limit_blocks: blocks });
  });
  return limiting;
}

/** What stands, for both; what can be done about it, for the customer. */
export function Limit(props: SessionProps) {
  const { state, side, facts } = props;
  const [choosing, setChoosing] = useState(false);
  const limiting = useLimiting(props);
  const words = t().call.limit;
  const mine = side === "customer";
  const { limitBlocks, limitMs } = state;
  const least = blockUnderWay(state, facts.blockMs);
  const live = state.stage === "live";
  const stands =
    limitMs !== null
      ? words.ends[side](clock(limitMs))
      : limitBlocks !== null
        ? words.stands[side](length(limitBlocks, facts.blockMs))
        : "";
  return (
    <div class="session-limit">
      <p role="status">
        {stands && <Icon name="clock" />}
        <span>{stands}</span>
      </p>
      {mine && (
        <div class="row">
          {limitBlocks !== null ? (
            <Button look="quiet" busy={limiting.busy} onPress={() => limiting.run(null)}>
              {words.lift}
            </Button>
          ) : (
            live && (
              <Button look="quiet" busy={limiting.busy} onPress={() => limiting.run(least)}>
                {words.stop}
              </Button>
            )
          )}
          <Button look="quiet" onPress={() => setChoosing(true)}>
            {limitBlocks === null ? words.choose : words.change}
          </Button>
        </div>
      )}
      {limiting.problem && (
        <p class="field-error" role="alert">
          {problemWords(limiting.problem)}
        </p>
      )}
      {choosing && <Choosing {...props} least={least} onClose={() => setChoosing(false)} />}
    </div>
  );
}

function Choosing(props: SessionProps & { least: number; onClose: () => void }) {
  const { state, facts, least, onClose } = props;
  const [chosen, setChosen] = useState<number | null>(state.limitBlocks ?? least);
  const limiting = useMutation(async () => {
    await socket.ask({ type: "session.limit", session_id: state.sessionId, limit_blocks: chosen });
    toast(t().call.limit.done, "check");
    onClose();
  });
  const words = t().call.limit;
  return (
    <Dialog title={words.title} onClose={onClose}>
      <ProblemBanner problem={limiting.problem} />
      <LimitChoice
        least={least}
        chosen={chosen}
        stands={state.limitBlocks}
        price={facts.order.price}
        blockMs={facts.blockMs}
        t0Ms={state.t0Ms}
        onChoose={setChosen}
      />
      <div class="acts">
        <Button onPress={onClose}>{t().common.cancel}</Button>
        <Button look="primary" busy={limiting.busy} onPress={() => limiting.run()}>
          {words.save}
        </Button>
      </div>
    </Dialog>
  );
}

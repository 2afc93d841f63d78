/** What else a side may do about what was paid: give money back, or open a dispute; over an order as a whole, or over a session of it. */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { Schemas } from "../../api/client.ts";
import { moment, t } from "../../i18n/index.ts";
import { OpenDispute } from "../disputes/opening.tsx";
import { GiveBack } from "./give-back.tsx";

/** `session`: where it is about one. `onChanged`: money was given back. `children`: what else may be done. Nothing is shown where nothing may be. */
export function Recourse(props: {
  order: Schemas["OrderPage"];
  session?: Schemas["SessionView"];
  onChanged: () => void;
  children?: ComponentChildren;
}) {
  const { order, session, children } = props;
  // What was asked about stays asked, with what was written, also when the order has changed meanwhile.
  const [disputing, setDisputing] = useState<Schemas["DisputableView"] | null>(null);
  const [giving, setGiving] = useState<Schemas["RefundableView"] | null>(null);
  const { disputable } = session ?? order;
  const refundable = order.role === "performer" ? (session ?? order).refundable : null;
  const sessionId = session?.id ?? null;
  const words = t().disputes.open;
  return (
    <>
      {(children || disputable || refundable) && (
        <p class={session ? "small session-dispute" : "turn-else small"}>
          {!session && <span class="muted">{t().work.otherwise}</span>}
          {children}
          {refundable && (
            <button type="button" class="link" onClick={() => setGiving(refundable)}>
              {t().refunds.label}
            </button>
          )}
          {disputable && (
            <button type="button" class="link" onClick={() => setDisputing(disputable)}>
              {session ? words.session : words.label}
            </button>
          )}
          {disputable?.until && <span class="muted">{words.until(moment(disputable.until))}</span>}
        </p>
      )}
      {disputing && (
        <OpenDispute
          order={order}
          sessionId={sessionId}
          about={disputable ?? disputing}
          onClose={() => setDisputing(null)}
        />
      )}
      {giving && (
        <GiveBack
          order={order}
          sessionId={sessionId}
          about={refundable ?? giving}
          onChanged={props.onChanged}
          onClose={() => setGiving(null)}
        />
      )}
    </>
  );
}

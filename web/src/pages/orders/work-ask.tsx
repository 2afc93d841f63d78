/** The question before an act on an order of work, with what has to be said along with it, and the act. */
import { useState } from "preact/hooks";
import { answered, api, keyed, type Schemas } from "../../api/client.ts";
import { type Division, splitOf } from "../../disputes/dispute-rules.ts";
import { DivisionFields } from "../../disputes/division.tsx";
import { AttachButton, Attached, besideFields, useAttaching } from "../../files/attaching.tsx";
import { money, plural, t } from "../../i18n/index.ts";
import { less, shareOf } from "../../market/order-rules.ts";
import { told } from "../../market/telling.ts";
import { stageOf, type WorkAct, type Worked } from "../../market/work-order.ts";
import { refreshAccount } from "../../state/me.ts";
import { type Query, useMutation } from "../../state/query.ts";
import { useUnsaved } from "../../state/unsaved.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { errorAt, TextArea, TextField } from "../../ui/field.tsx";
import { Banner, ProblemBanner, toast } from "../../ui/notices.tsx";

type Page = Worked<Schemas["OrderPage"]>;
type View = Schemas["OrderView"];

const TEXT_AT_MOST = 4000;
const MORE_DAYS_AT_MOST = 30;

/** What the reader has put into the form, beside the text. */
interface Form {
  what: "split" | "days";
  days: string;
  division: Division;
}

/** What is said along with an act, and under which name the service finds fault with it. */
const SAID: Partial<Record<WorkAct, "reason" | "reasons" | "text">> = {
  refuse: "reason",
  rework: "reasons",
  deliver: "text",
};

const WITH_FILES: ReadonlySet<WorkAct> = new Set(["deliver", "rework"]);

/** What answers the other side's offer. */
const ANSWERS: ReadonlySet<WorkAct> = new Set(["agree", "extend", "decline"]);

type Send = (order: Page, key: string, typed: Form & { text: string; files: string[] }) => Promise<View>;

/** What can be divided. */
function heldOf(order: Page): Schemas["Money"] {
  return less(order.price, order.refunded);
}

function params(order: Page, key: string) {
  return { path: { order_id: order.id }, ...keyed(key) };
}

/** Whoever answers an offer names it: it may have been replaced meanwhile. */
function naming(order: Page): { proposal: number } {
  return { proposal: order.work.proposal?.number ?? 0 };
}

const SEND: Record<WorkAct, Send> = {
  start: (order, key) => answered(api.POST("/orders/{order_id}/start", { params: params(order, key) })),
  accept: (order, key) => answered(api.POST("/orders/{order_id}/accept", { params: params(order, key) })),
  cancel: (order, key) => answered(api.POST("/orders/{order_id}/cancel", { params: params(order, key) })),
  waive: (order, key) => answered(api.POST("/orders/{order_id}/waive", { params: params(order, key) })),
  refuse: (order, key, { text }) =>
    answered(api.POST("/orders/{order_id}/refuse", { params: params(order, key), body: { reason: text } })),
  deliver: (order, key, { text, files }) =>
    answered(
      api.POST("/orders/{order_id}/deliver", { params: params(order, key), body: { text, attachments: files } }),
    ),
  rework: (order, key, { text, files }) =>
    answered(
      api.POST("/orders/{order_id}/rework", {
        params: params(order, key),
        body: { reasons: text, attachments: files },
      }),
    ),
  propose: (order, key, { what, days, division, text }) =>
    answered(
      api.POST("/orders/{order_id}/proposals", {
        params: params(order, key),
        body:
          what === "days"
            ? { days: Number(days), to_performer: null, text }
            : { days: null, to_performer: splitOf(heldOf(order), division)?.to_performer ?? null, text },
      }),
    ),
  agree: (order, key) =>
    answered(api.POST("/orders/{order_id}/agree", { params: params(order, key), body: naming(order) })),
  extend: (order, key) =>
    answered(api.POST("/orders/{order_id}/extend", { params: params(order, key), body: naming(order) })),
  decline: (order, key) =>
    answered(api.POST("/orders/{order_id}/decline", { params: params(order, key), body: naming(order) })),
};

/** Whether the order, as it stands now, is one in which this can no longer be done; or another offer than the one that was read. */
function hasGone(act: WorkAct, asked: Page, now: Page): boolean {
  return !now.acts.includes(act) || (ANSWERS.has(act) && asked.work.proposal?.number !== now.work.proposal?.number);
}

export function WorkAsk(props: { act: WorkAct; order: Page; query: Query<Schemas["OrderPage"]>; onClose: () => void }) {
  const { act, query, onClose } = props;
  const [asked] = useState(props.order);
  const words = t().work;
  const said = SAID[act];
  const [text, setText] = useUnsaved(`${act}.${props.order.id}`);
  const [typed, setTyped] = useState<Form>({
    what: "split",
    days: "",
    division: { customer: "", performer: "" },
  });
  const [tried, setTried] = useState(false);
  const attaching = useAttaching();
  const change = useMutation(async (key) => {
    const after = await SEND[act](order, key, { ...form, text, files: attaching.ids });
    setText("");
    query.put({ ...order, ...after, consultation: order.consultation, work: after.work });
    query.reload();
    void refreshAccount();
    toast(words.acts[act].done);
    onClose();
  }, query.reload);
  // What was written stays to be read and copied, whatever has become of the order; what would be done is what was read.
  const gone = !change.busy && hasGone(act, asked, props.order);
  const order = gone ? asked : props.order;
  const facts = told(order);
  const form: Form = order.state === "working" ? typed : { ...typed, what: "split" };
  const put = (news: Partial<Form>) => setTyped((old) => ({ ...old, ...news }));
  const lacks = act === "propose" && !isOffer(form, heldOf(order));
  const label = act === "propose" && !lacks ? offerLabel(form, order) : words.acts[act].label(facts);
  const send = () => {
    setTried(true);
    if (!lacks && attaching.ready) change.run();
  };
  return (
    <Dialog title={words.acts[act].title} onClose={onClose}>
      <p>
        <b>{words.acts[act].bold(facts)}</b> {words.acts[act].more(facts)}
      </p>
      {said && (
        <TextArea
          {...words.fields[said]}
          value={text}
          required={said !== "text"}
          maxLength={TEXT_AT_MOST}
          error={errorAt(change.problem, said)}
          onInput={setText}
        />
      )}
      {WITH_FILES.has(act) && (
        <div class="stack stack-s">
          <Attached attaching={attaching} problem={change.problem} />
          <p class="row small muted">
            <AttachButton attaching={attaching} />
            {words.thread.limits}
          </p>
        </div>
      )}
      {act === "propose" && (
        <>
          <Offer order={order} typed={form} put={put} fault={tried && lacks} />
          <TextArea
            {...words.fields.remark}
            rows={2}
            value={text}
            maxLength={TEXT_AT_MOST}
            error={errorAt(change.problem, "text")}
            onInput={setText}
          />
        </>
      )}
      {gone ? (
        <Banner tone="bad">
          <p class="strong">{words.stages[stageOf(props.order)][props.order.role].title(told(props.order))}</p>
          <p>{words.moved}</p>
        </Banner>
      ) : (
        <ProblemBanner problem={besideFields(change.problem, said ?? "text")} />
      )}
      <div class="acts acts-even">
        <Button onPress={onClose}>{words.stay}</Button>
        <Button
          look={act === "refuse" || act === "cancel" ? "danger" : "primary"}
          busy={change.busy}
          off={gone || !attaching.ready}
          onPress={send}
        >
          {label}
        </Button>
      </div>
    </Dialog>
  );
}

/** The press that offers says what. */
function offerLabel({ what, days, division }: Form, order: Page): string {
  const words = t().work.offer;
  const back = splitOf(heldOf(order), division)?.to_customer;
  return what === "days" || !back
    ? words.goDays[order.role](plural(Number(days), t().common.days))
    : words.goSplit[order.role](money(back));
}

/** Whether it can be offered as it is typed. */
export function isOffer({ what, days, division }: Form, held: Schemas["Money"]): boolean {
  if (what === "split") return splitOf(held, division) !== null;
  const more = Number(days);
  return Number.isInteger(more) && more >= 1 && more <= MORE_DAYS_AT_MOST;
}

/** A split as two sums that make the whole, or more days while a delivery is awaited. */
function Offer(props: { order: Page; typed: Form; put: (news: Partial<Form>) => void; fault: boolean }) {
  const { order, typed, put, fault } = props;
  const words = t().work.offer;
  const split = splitOf(heldOf(order), typed.division)?.to_performer;
  return (
    <>
      {order.state === "working" && (
        <fieldset class="choices">
          <legend>{words.which}</legend>
          {(["split", "days"] as const).map((what) => (
            <label class="check" key={what}>
              <input type="radio" name="what" checked={typed.what === what} onChange={() => put({ what })} />
              {words[what]}
            </label>
          ))}
        </fieldset>
      )}
      {typed.what === "days" ? (
        <TextField
          label={words.howMany}
          hint={words.daysHint}
          error={fault ? words.number : undefined}
          value={typed.days}
          inputMode="numeric"
          onInput={(days) => put({ days })}
        />
      ) : (
        <>
          <DivisionFields
            whole={heldOf(order)}
            division={typed.division}
            reader={order.role}
            fault={fault}
            onChange={(division) => put({ division })}
          />
          <p class="hint">
            {words.commission}{" "}
            {order.role === "performer" && split && t().disputes.split.net(money(shareOf(split, order.commission_bps)))}
          </p>
        </>
      )}
    </>
  );
}

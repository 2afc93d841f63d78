/** The review of an order: the customer is asked for it at its end, the performer may reply (D24, D31). */
import { useEffect, useRef, useState } from "preact/hooks";
import { answered, api, type Schemas } from "../../api/client.ts";
import { moment, t } from "../../i18n/index.ts";
import { type Query, useMutation } from "../../state/query.ts";
import { useUnsaved } from "../../state/unsaved.ts";
import { Button } from "../../ui/button.tsx";
import { errorAt, TextArea } from "../../ui/field.tsx";
import { ProblemBanner, toast } from "../../ui/notices.tsx";
import { StarPicker } from "../../ui/rating.tsx";
import { Review } from "../market/reviews.tsx";
import "../../styles/reviews.css";

type Order = Schemas["OrderPage"];
type Said = Schemas["SaidView"];

const TEXT_AT_MOST = 2000;

/** What there is of it, and what its reader may do; nothing where neither is. */
export function OrderReview({ order, query }: { order: Order; query: Query<Order> }) {
  const [writing, setWriting] = useState(false);
  const heading = useRef<HTMLHeadingElement>(null);
  const { written, may, until } = order.review;
  if (!written && may !== "write") return null;
  const words = t().reviews;
  const Form = may === "reply" ? ReplyForm : ReviewForm;
  const close = () => {
    setWriting(false);
    heading.current?.focus();
  };
  const done = (said: Said) => {
    close();
    // What may be done next, and until when, the service says.
    query.put({ ...order, review: { ...order.review, written: said } });
    query.reload();
  };
  return (
    <section class="card stack" aria-labelledby="rv">
      <h2 id="rv" ref={heading} tabIndex={-1}>
        {may === "write" ? words.yours.ask : words[order.role === "customer" ? "yours" : "theirs"].title}
      </h2>
      {may === "write" && (
        <p class="muted">
          {words.yours.askText(order.other_name)} {until && words.yours.until(moment(until))}
        </p>
      )}
      {written && !(writing && may === "change") && <Review said={written} />}
      {may === "write" && <ReviewForm order={order} written={null} onDone={done} onMoved={query.reload} />}
      {may !== null && may !== "write" && writing && (
        <Form order={order} written={written} onDone={done} onMoved={query.reload} onKeep={close} />
      )}
      {may !== null && may !== "write" && !writing && (
        <div class="row">
          <Button onPress={() => setWriting(true)}>
            {may === "change" ? words.yours.change : written?.reply ? words.theirs.change : words.theirs.reply}
          </Button>
          {until && (
            <p class="small muted">{words[may === "change" ? "yours" : "theirs"].changeUntil(moment(until))}</p>
          )}
        </div>
      )}
    </section>
  );
}

/** A form that was opened by a press has the focus, as a dialog would. */
function useFocus(opened: boolean) {
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (opened) form.current?.querySelector<HTMLElement>("input:checked, textarea")?.focus();
  }, []);
  return form;
}

interface FormProps {
  order: Order;
  written: Said | null;
  onDone: (said: Said) => void;
  /** It may not be said any more, or not so. */
  onMoved: () => void;
  onKeep?: () => void;
}

function ReviewForm({ order, written, onDone, onMoved, onKeep }: FormProps) {
  const words = t().reviews.yours;
  const [stars, setStars] = useState<number | null>(written?.stars ?? null);
  const [text, setText, forget] = useUnsaved(`review.${order.id}`, written?.text);
  const [tried, setTried] = useState(false);
  const form = useFocus(onKeep !== undefined);
  const send = useMutation(async () => {
    if (stars === null) return;
    const path = { order_id: order.id };
    const said = await answered(api.PUT("/orders/{order_id}/review", { params: { path }, body: { stars, text } }));
    forget();
    toast(written ? words.saved : words.sent);
    onDone(said);
  }, onMoved);
  return (
    <form
      class="stack"
      ref={form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        send.run();
      }}
    >
      <ProblemBanner problem={send.problem} />
      <StarPicker
        label={words.stars}
        value={stars}
        error={tried && stars === null ? words.choose : errorAt(send.problem, "stars")}
        onChange={setStars}
      />
      <TextArea
        label={words.text}
        rows={4}
        required
        maxLength={TEXT_AT_MOST}
        value={text}
        error={errorAt(send.problem, "text")}
        onInput={setText}
      />
      <Sending
        busy={send.busy}
        go={written ? words.save : words.send}
        {...(onKeep && {
          onKeep: () => {
            forget();
            onKeep();
          },
        })}
      />
    </form>
  );
}

function ReplyForm({ order, written, onDone, onMoved, onKeep }: FormProps) {
  const words = t().reviews.theirs;
  const [text, setText, forget] = useUnsaved(`reply.${order.id}`, written?.reply?.text);
  const form = useFocus(onKeep !== undefined);
  const send = useMutation(async () => {
    const path = { order_id: order.id };
    const said = await answered(api.PUT("/orders/{order_id}/review/reply", { params: { path }, body: { text } }));
    forget();
    toast(words.sent);
    onDone(said);
  }, onMoved);
  return (
    <form
      class="stack"
      ref={form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        send.run();
      }}
    >
      <ProblemBanner problem={send.problem} />
      <TextArea
        label={words.text}
        rows={3}
        required
        maxLength={TEXT_AT_MOST}
        value={text}
        error={errorAt(send.problem, "text")}
        onInput={setText}
      />
      <Sending
        busy={send.busy}
        go={words.send}
        {...(onKeep && {
          onKeep: () => {
            forget();
            onKeep();
          },
        })}
      />
    </form>
  );
}

function Sending({ busy, go, onKeep }: { busy: boolean; go: string; onKeep?: () => void }) {
  return (
    <div class="row">
      <Button look="primary" submit busy={busy}>
        {go}
      </Button>
      {onKeep && (
        <Button look="quiet" onPress={onKeep}>
          {t().reviews.yours.keep}
        </Button>
      )}
    </div>
  );
}

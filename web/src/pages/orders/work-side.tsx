/** Beside an order of work: where its money lies, and how far it has come. */
import type { Schemas } from "../../api/client.ts";
import { moment, money, t } from "../../i18n/index.ts";
import { told } from "../../market/telling.ts";
import { moneyAt, type Worked } from "../../market/work-order.ts";
import { Icon } from "../../ui/icon.tsx";

type Page = Worked<Schemas["OrderPage"]>;

/** A line of three stops, with the lock where the money lies now. */
export function Money({ order }: { order: Page }) {
  const words = t().work.money;
  const facts = told(order);
  const at = moneyAt(order);
  const customer = order.role === "customer";
  const ends = [customer ? words.you : facts.name, customer ? facts.name : words.you];
  return (
    <section class="card hold" aria-labelledby="money">
      <h2 class="h-s" id="money">
        {words.title}
      </h2>
      <p class="hold-sum num">{at === "escrow" ? facts.kept : money(order.price)}</p>
      <p class="small muted">{at === "both" ? words.parts(facts.part, facts.rest) : words.at[at]}</p>
      {at === "escrow" && facts.returned && <p class="small muted">{words.given(money(order.refunded))}</p>}
      {!customer && at !== "customer" && (
        <p class="small muted">{(at === "escrow" ? words.share : words.earned)(facts.share)}</p>
      )}
      <div class={`lane3 lane-${at}`} aria-hidden="true">
        <p class="lane-bar">
          <i />
          <b>
            <Icon name={at === "escrow" ? "lock" : "check"} />
          </b>
          <i />
        </p>
        <p class="lane-cap">
          <span>{ends[0]}</span>
          <span>
            Twip
            {at === "escrow" && (
              <>
                <br />
                {words.now}
              </>
            )}
          </span>
          <span>
            {ends[1]}
            {at === "escrow" && (
              <>
                <br />
                {words.after}
              </>
            )}
          </span>
        </p>
      </div>
    </section>
  );
}

interface Step {
  name: string;
  small?: string;
  at: "done" | "now" | "";
}

export function Progress({ order }: { order: Page }) {
  const words = t().work.progress;
  return (
    <section class="card" aria-labelledby="progress">
      <h2 class="h-s" id="progress">
        {words.title}
      </h2>
      <ol class="timeline work-steps">
        {stepsOf(order).map(({ name, small, at }) => (
          <li class={at} key={name} aria-current={at === "now" ? "step" : undefined}>
            <b>{name}</b>
            {small && <small>{small}</small>}
          </li>
        ))}
      </ol>
    </section>
  );
}

/** What has happened, what happens now and by when, and what comes next. An order that ended early ends the line. */
function stepsOf(order: Page): Step[] {
  const words = t().work.progress;
  const { state, work, created_at, ended_at } = order;
  const facts = told(order);
  const until = facts.due ? words.until(facts.due) : "";
  const paid: Step = { name: words.paid, small: moment(created_at), at: "done" };
  const started: Step = { name: words.start, small: words.within(facts.days), at: "done" };
  const delivered: Step = {
    name: words.deliver,
    small: work.delivered_at ? moment(work.delivered_at) : "",
    at: work.deliveries > 0 ? "done" : "",
  };
  const accepted: Step = { name: words.accepted, at: "" };
  switch (state) {
    case "placed":
      return [
        paid,
        { name: words.starting, small: until, at: "now" },
        { ...delivered, small: words.within(facts.days) },
        accepted,
      ];
    case "working":
      return [
        paid,
        started,
        ...(work.deliveries > 0 ? [delivered] : []),
        { name: words.working, small: until, at: "now" },
        accepted,
      ];
    case "delivered":
      return [
        paid,
        started,
        delivered,
        { name: words.check, small: until, at: "now" },
        { ...accepted, small: facts.due ? words.silent(facts.due) : "" },
      ];
    default:
      return [
        paid,
        ...(work.deliveries > 0 ? [started, delivered] : []),
        {
          name: state === "accepted" ? words.accepted : t().market.states[state],
          small: ended_at ? moment(ended_at) : "",
          at: "done",
        },
      ];
  }
}

/** What every order's page shows, whatever was bought: who with whom, at what price, and the text (R33, D10). */
import type { ComponentChildren } from "preact";
import type { Schemas } from "../../api/client.ts";
import { lang, moment, money, percent, t } from "../../i18n/index.ts";
import { shareOf } from "../../market/order-rules.ts";
import { paragraphs, textFor } from "../../market/texts.ts";
import { Avatar } from "../../ui/person.tsx";

type Order = Schemas["OrderPage"];

export function Facts({
  order,
  priceName,
  share,
  children,
}: {
  order: Order;
  priceName?: string;
  /** What the performer has of it, under its name; else of each block. */
  share?: [name: string, value: Schemas["Money"]];
  children?: ComponentChildren;
}) {
  const words = t().market.page;
  const customer = order.role === "customer";
  const rows: Array<[string, string]> = [
    [priceName ?? words.price, money(order.price)],
    ...(customer
      ? []
      : ([
          [words.commission, percent(order.commission_bps)],
          share ? [share[0], money(share[1])] : [words.share, money(shareOf(order.price, order.commission_bps))],
        ] as Array<[string, string]>)),
    [words.placed, moment(order.created_at)],
    // What was over as it was bought has no end of its own.
    ...(order.ended_at && order.ended_at !== order.created_at
      ? ([[words.ended, moment(order.ended_at)]] as Array<[string, string]>)
      : []),
  ];
  return (
    <section class="card stack" aria-labelledby="facts">
      <h2 class="sr" id="facts">
        {words.facts}
      </h2>
      <div class="row nowraprow">
        <Avatar id={customer ? order.performer_id : order.customer_id} name={order.other_name} />
        <div class="grow">
          <p class="strong">{order.other_name}</p>
          <p class="small muted">{customer ? words.performer : words.customer}</p>
        </div>
      </div>
      <dl class="sum">
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt class="muted">{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {children}
    </section>
  );
}

/** The text as it was bought (D10). */
export function Bought({ order }: { order: Order }) {
  const words = t().market.page;
  const text = textFor(order.description, lang());
  return (
    <section class="stack stack-s" aria-labelledby="bought">
      <h2 id="bought">{words.bought}</h2>
      {paragraphs(text.text).map((part, n) => (
        <p class="prose" lang={text.lang} key={n}>
          {part}
        </p>
      ))}
      <p>
        <a class="back" href={`/twips/${order.twip_id}`}>
          {words.twip}
        </a>
      </p>
    </section>
  );
}

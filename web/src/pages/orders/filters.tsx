/** Which of the orders or sales are shown: by words, by how they stand, by kind. All of it lives in the address. */
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { useLocation } from "preact-iso";
import { t } from "../../i18n/index.ts";
import { KIND_ICON, KINDS } from "../../market/finding.ts";
import { addressOf, narrowest, type Sought, STANDINGS, without } from "../../market/seeking.ts";
import { Button } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Empty } from "../../ui/notices.tsx";
import { SearchBox } from "../../ui/search-box.tsx";

export function Filters({ sought }: { sought: Sought }) {
  const { route } = useLocation();
  const words = t().market.orders.filters;
  const to = (part: Partial<Sought>) => addressOf({ ...sought, ...part });
  return (
    <div class="list-filters">
      <SearchBox
        class="searchbar-plain"
        q={sought.q}
        onAsk={(q) => route(to({ q }), true)}
        label={words.what}
        example={words.example[sought.role]}
      />
      <div class="chip-rows">
        <Chips label={words.state} at={sought.state}>
          {[null, ...STANDINGS].map((state) => (
            <Chip key={state} href={to({ state })} on={state === sought.state} name={words.states[state ?? "all"]} />
          ))}
        </Chips>
        <Chips label={words.kind} at={sought.kind}>
          <Chip href={to({ kind: null })} on={sought.kind === null} name={words.allKinds} />
          {KINDS.map((kind) => (
            <Chip
              key={kind}
              href={to({ kind })}
              on={kind === sought.kind}
              name={t().common.kinds[kind].name}
              icon={KIND_ICON[kind]}
            />
          ))}
        </Chips>
      </div>
    </div>
  );
}

/** One choice of several. On a phone they are a row that scrolls sideways, and what is chosen is in sight. */
function Chips({ label, at, children }: { label: string; at: string | null; children: ComponentChildren }) {
  const row = useRef<HTMLElement>(null);
  useEffect(() => {
    const chosen = row.current?.querySelector<HTMLElement>("[aria-current]");
    if (chosen)
      row.current?.scrollTo({ left: chosen.offsetLeft - row.current.clientWidth / 2 + chosen.offsetWidth / 2 });
  }, [at]);
  return (
    <nav class="chips" aria-label={label} ref={row}>
      {children}
    </nav>
  );
}

function Chip(props: { href: string; on: boolean; name: string; icon?: string }) {
  return (
    <a class="pick-chip" href={props.href} aria-current={props.on ? "true" : undefined}>
      {props.icon && <Icon name={props.icon} />}
      {props.name}
    </a>
  );
}

/** That none of them is as it is looked for, and the filter to drop. */
export function NoneSuch({ sought }: { sought: Sought }) {
  const { route } = useLocation();
  const words = t().market.orders.filters;
  const drop = narrowest(sought);
  if (drop === null) return null;
  const said = {
    q: words.none.q(sought.q),
    state: words.none.state[sought.role][sought.state ?? "open"],
    kind: words.none.kind[sought.role],
  };
  return (
    <Empty
      icon="search"
      title={words.none.title}
      act={<Button onPress={() => route(addressOf(without(sought, drop)))}>{words.drop[drop]}</Button>}
    >
      {said[drop]}
    </Empty>
  );
}

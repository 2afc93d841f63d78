/** Files that were sent along with something, each to be fetched by a link that is asked for when it is pressed (D26). */
import type { Schemas } from "../api/client.ts";
import { lang, t } from "../i18n/index.ts";
import { useMutation } from "../state/query.ts";
import { Icon } from "../ui/icon.tsx";
import { ProblemBanner } from "../ui/notices.tsx";
import { isHeld } from "./scans.ts";
import { sizeOf } from "./sizes.ts";

/** `link` answers the address of one of them. `own`: the reader has sent them, and has them whatever a scan says. */
export function FileList(props: {
  files: readonly Schemas["SentView"][];
  own: boolean;
  link: (id: string) => Promise<string>;
}) {
  const words = t().work.thread;
  const fetched = useMutation(async (_key, id: string) => location.assign(await props.link(id)));
  if (props.files.length === 0) return null;
  return (
    <>
      <ul class="atts">
        {props.files.map(({ id, name, size, scan }) => (
          <li key={id}>
            <span class="att-i">
              <Icon name="paperclip" />
            </span>
            <span class="att-t">
              <b>{name}</b>
              <small>{[sizeOf(size, lang()), scan && words.scans[scan]].filter(Boolean).join(" · ")}</small>
              {(scan === "infected" || scan === "too_large") && (
                <small>{words.held[scan][props.own ? "own" : "others"]}</small>
              )}
            </span>
            <button
              type="button"
              class="btn btn-icon"
              aria-label={words.download(name)}
              aria-disabled={(!props.own && isHeld(scan)) || undefined}
              onClick={() => (props.own || !isHeld(scan)) && fetched.run(id)}
            >
              <Icon name="download" />
            </button>
          </li>
        ))}
      </ul>
      <ProblemBanner problem={fetched.problem} />
    </>
  );
}

/** Links that are sold: up to ten, each checked for its form when one has left it. */
import { useEffect, useRef, useState } from "preact/hooks";
import { completed, LINK_LONGEST, LINKS_AT_MOST, linkFault } from "../../goods/goods-rules.ts";
import { t } from "../../i18n/index.ts";
import { Button } from "../../ui/button.tsx";
import { FieldError, TextField } from "../../ui/field.tsx";
import { Icon } from "../../ui/icon.tsx";
import { fieldWords } from "../../ui/notices.tsx";

/** `onLinks` hears of the whole list, and in which row it was changed if it was in one. */
export function LinkFields(props: {
  links: readonly string[];
  fault: (field: string) => string | undefined;
  onLinks: (links: readonly string[], at: number | null) => void;
}) {
  const { links, fault, onLinks } = props;
  const words = t().goods.links;
  const [left, setLeft] = useState<ReadonlySet<number>>(new Set());
  const [focus, setFocus] = useState<number | null>(null);
  const list = useRef<HTMLUListElement>(null);
  const add = useRef<HTMLSpanElement>(null);
  const full = links.length >= LINKS_AT_MOST;
  useEffect(() => {
    if (focus === null) return;
    const fields = list.current?.querySelectorAll("input") ?? [];
    (fields[Math.min(focus, fields.length - 1)] ?? add.current?.querySelector("button"))?.focus();
    setFocus(null);
  }, [focus]);
  const leave = (at: number) => {
    setLeft(new Set([...left, at]));
    const typed = links[at] ?? "";
    if (completed(typed) !== typed) onLinks(links.with(at, completed(typed)), at);
  };
  const own = (at: number) => {
    const code = left.has(at) ? linkFault(links[at] ?? "", links.slice(0, at)) : null;
    return code ? linkWords({ field: "", code, limit: LINK_LONGEST }) : undefined;
  };
  return (
    <fieldset class="stack stack-s">
      <legend class="legend">{words.legend}</legend>
      <p class="hint">{words.hint}</p>
      {links.length > 0 && (
        <ul class="links" ref={list}>
          {links.map((link, at) => (
            <li key={at} onFocusOut={() => leave(at)}>
              <TextField
                label={words.label(at + 1)}
                name={`files.links.${at}`}
                type="url"
                autocomplete="off"
                placeholder="https://"
                value={link}
                onInput={(typed) => onLinks(links.with(at, typed), at)}
                error={own(at) ?? fault(`files.links.${at}`)}
              />
              <Button
                look="quiet"
                class="btn-icon"
                label={words.remove(at + 1)}
                onPress={() => {
                  onLinks(links.toSpliced(at, 1), null);
                  setLeft(new Set());
                  setFocus(at);
                }}
              >
                <Icon name="x" />
              </Button>
            </li>
          ))}
        </ul>
      )}
      <FieldError told>{fault("files.links")}</FieldError>
      <span class="row" ref={add}>
        <Button
          icon="plus"
          off={full}
          onPress={() => {
            onLinks([...links, ""], links.length);
            setFocus(links.length);
          }}
        >
          {words.add}
        </Button>
        {full && <span class="small muted">{words.full}</span>}
      </span>
    </fieldset>
  );
}

/** What is wrong with a link. */
export function linkWords(fault: Parameters<typeof fieldWords>[0]): string {
  return fault.code === "invalid" ? t().goods.links.invalid : fieldWords(fault);
}

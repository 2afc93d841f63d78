import type { ComponentChildren } from "preact";
import { Icon } from "./icon.tsx";

type Look = "plain" | "primary" | "danger" | "quiet";
interface Props {
  children: ComponentChildren;
  look?: Look;
  icon?: string;
  wide?: boolean;
  class?: string;
}

const LOOKS: Record<Look, string> = { plain: "", primary: " btn-primary", danger: " btn-danger", quiet: " btn-quiet" };

function classes({ look = "plain", wide, class: more }: Props): string {
  return `btn${LOOKS[look]}${wide ? " btn-wide" : ""}${more ? ` ${more}` : ""}`;
}

/** A button. `busy`: what it does is under way; `off`: why it cannot be pressed is said by `describedBy`. */
export function Button(
  props: Props & {
    onPress?: () => void;
    submit?: boolean;
    busy?: boolean;
    off?: boolean;
    label?: string;
    describedBy?: string;
    pressed?: boolean;
    id?: string;
  },
) {
  const { children, icon, onPress, submit, busy, off, label, describedBy, pressed, id } = props;
  return (
    <button
      id={id}
      type={submit ? "submit" : "button"}
      class={classes(props)}
      aria-busy={busy || undefined}
      aria-disabled={off || undefined}
      aria-label={label}
      aria-describedby={describedBy}
      aria-pressed={pressed}
      onClick={(event) => {
        if (off) event.preventDefault();
        else if (!busy) onPress?.();
      }}
    >
      {icon && <Icon name={icon} />}
      {children}
    </button>
  );
}

/** A link that looks like a button. */
export function ButtonLink(props: Props & { href: string }) {
  return (
    <a class={classes(props)} href={props.href}>
      {props.icon && <Icon name={props.icon} />}
      {props.children}
    </a>
  );
}

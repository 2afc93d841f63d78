import sprite from "../assets/icons.svg?no-inline";

/** An icon of the sprite. Decoration: the word stands beside it, or in the button's label. */
export function Icon({ name, large }: { name: string; large?: boolean }) {
  return (
    <svg class={large ? "icon icon-l" : "icon"} aria-hidden="true">
      <use href={`${sprite}#${name}`} />
    </svg>
  );
}

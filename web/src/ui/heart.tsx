/** A heart that marks a twip or a person; a stranger is led to the way in, and back (E3). */
import { useEffect } from "preact/hooks";
import { asProblem } from "../api/problem.ts";
import { t } from "../i18n/index.ts";
import { type Kind, marks, readMarks, setMark } from "../state/marks.ts";
import { me } from "../state/me.ts";
import { useMutation } from "../state/query.ts";
import { Button, ButtonLink } from "./button.tsx";
import { problemWords, toast } from "./notices.tsx";
import "../styles/heart.css";

/** `bare`: the heart alone, on a card; `name` is whose it is. */
export function Heart({ kind, id, name, bare }: { kind: Kind; id: string; name: string; bare?: boolean }) {
  const user = me.value;
  useEffect(() => void readMarks(), [user?.id]);
  const on = marks.value?.[kind].includes(id) ?? false;
  const press = useMutation(async () => {
    try {
      await setMark(kind, id, !on);
    } catch (error) {
      const problem = asProblem(error);
      toast(problem.code === "limit_reached" ? t().favourites.full : problemWords(problem), "circle-alert");
    }
  });
  const words = t().favourites;
  const look = `heart${on ? " on" : ""}${bare ? " btn-icon" : ""}`;
  const label = bare && { label: `${words.mark}: ${name}` };
  if (user === undefined || (bare && user === null)) return null;
  if (user === null) {
    const back = encodeURIComponent(location.pathname + location.search);
    return (
      <ButtonLink look="quiet" icon="heart" class={look} href={`/sign-in?next=${back}`}>
        {words.mark}
      </ButtonLink>
    );
  }
  return (
    <Button
      look="quiet"
      icon="heart"
      class={look}
      {...label}
      pressed={on}
      busy={press.busy}
      off={marks.value === null}
      onPress={press.run}
    >
      {!bare && words.mark}
    </Button>
  );
}

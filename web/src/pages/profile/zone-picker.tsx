/** The place whose clocks the hours are by (R17). */
import { useEffect, useMemo, useState } from "preact/hooks";
import { lang, t } from "../../i18n/index.ts";
import { ownZone } from "../../state/zone.ts";
import { Button } from "../../ui/button.tsx";
import { FieldError } from "../../ui/field.tsx";
import { placeLabel, placeOf, places } from "./places.ts";

const SLICE = 24;

/** Labels of all places, made in slices: hundreds at once would hold up the page. */
function useLabels(): Array<[string, string]> {
  const [labels, setLabels] = useState<Array<[string, string]>>([]);
  const speech = lang();
  useEffect(() => {
    const made: Array<[string, string]> = [];
    let timer: ReturnType<typeof setTimeout>;
    const next = () => {
      for (const place of places.slice(made.length, made.length + SLICE)) made.push([place, placeLabel(place)]);
      if (made.length < places.length) timer = setTimeout(next, 20);
      else setLabels(made.sort((one, other) => one[1].localeCompare(other[1], speech)));
    };
    timer = setTimeout(next, 200);
    return () => clearTimeout(timer);
  }, [speech]);
  return labels;
}

/** `place`: empty as long as none is known, so that one is asked. */
export function ZonePicker(props: { place: string; error: string | undefined; onChange: (place: string) => void }) {
  const { place, error, onChange } = props;
  const labels = useLabels();
  const words = t().profile;
  const here = placeOf(ownZone());
  // Hundreds of them: the same ones at every render.
  const options = useMemo(
    () =>
      labels.map(([name, label]) => (
        <option key={name} value={name}>
          {label}
        </option>
      )),
    [labels],
  );
  return (
    <div class="row zone">
      <label class="sr" for="zone">
        {words.zone}
      </label>
      <select
        class="input tz"
        id="zone"
        value={place}
        aria-busy={labels.length === 0 || undefined}
        aria-invalid={error ? true : undefined}
        aria-describedby={error && "zone-error"}
        onChange={(event) => onChange(event.currentTarget.value)}
      >
        {!place && (
          <option value="" disabled>
            {words.zoneChoose}
          </option>
        )}
        {place && labels.length === 0 && <option value={place}>{placeLabel(place)}</option>}
        {options}
      </select>
      <FieldError id="zone-error">{error}</FieldError>
      {here && here !== place && (
        <Button look="quiet" onPress={() => onChange(here)}>
          {words.zoneHere(placeLabel(here))}
        </Button>
      )}
    </div>
  );
}

/** The time zone of the hours (R17), with its offset now. */
import { useEffect, useMemo, useState } from "preact/hooks";
import { Button } from "../../ui/button.tsx";
import { lang, t, zoneName } from "../../words/index.ts";

const SLICE = 24;

/** Names of all zones, made in slices: hundreds at once would hold up the page. */
function useZones(): Array<[string, string]> {
  const [zones, setZones] = useState<Array<[string, string]>>([]);
  const speech = lang();
  useEffect(() => {
    const all = Intl.supportedValuesOf("timeZone");
    const made: Array<[string, string]> = [];
    let timer: ReturnType<typeof setTimeout>;
    const next = () => {
      for (const zone of all.slice(made.length, made.length + SLICE)) made.push([zone, zoneName(zone, true)]);
      if (made.length < all.length) timer = setTimeout(next, 20);
      else setZones(made.sort((one, other) => one[1].localeCompare(other[1], speech)));
    };
    timer = setTimeout(next, 200);
    return () => clearTimeout(timer);
  }, [speech]);
  return zones;
}

export function ZonePicker({ zone, onChange }: { zone: string; onChange: (zone: string) => void }) {
  const zones = useZones();
  const words = t().profile;
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  // Hundreds of them: the same ones at every render.
  const options = useMemo(
    () =>
      zones.map(([name, label]) => (
        <option key={name} value={name}>
          {label}
        </option>
      )),
    [zones],
  );
  const listed = zones.some(([name]) => name === zone);
  return (
    <div class="row zone">
      <label class="sr" for="zone">
        {words.zone}
      </label>
      <select
        class="input tz"
        id="zone"
        value={zone}
        aria-busy={zones.length === 0 || undefined}
        onChange={(event) => onChange(event.currentTarget.value)}
      >
        {!listed && <option value={zone}>{zoneName(zone, true)}</option>}
        {options}
      </select>
      {here && here !== zone && (
        <Button look="quiet" onPress={() => onChange(here)}>
          {words.zoneHere(zoneName(here))}
        </Button>
      )}
    </div>
  );
}

/** The places that hours can be of (R17), each once, whatever the browser calls them. Made from the rules that the service has. */
import { offsetName, placeName } from "../../i18n/index.ts";
import known from "./places.json";

const PLACES: Record<string, readonly number[]> = known.places;
const ALIASES: Record<string, string> = known.aliases;

export const places: readonly string[] = Object.keys(PLACES);

/** The place under its one name; undefined for what is none, like UTC. */
export function placeOf(zone: string | undefined): string | undefined {
  if (zone === undefined) return undefined;
  if (Object.hasOwn(PLACES, zone)) return zone;
  return Object.hasOwn(ALIASES, zone) ? ALIASES[zone] : undefined;
}

/** "London, GMT+0/+1": a place with the offsets that its clocks have in a year. */
export function placeLabel(place: string): string {
  return `${placeName(place, true)}, ${offsetName(...(PLACES[place] ?? []))}`;
}

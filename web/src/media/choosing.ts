/** Which device to use, and what it means that one cannot be used. */

export type Trouble = "denied" | "missing" | "busy";

/** A device to choose; the label is empty until the browser has been allowed to use one of its kind. */
export interface Choice {
  id: string;
  label: string;
}

export interface Choices {
  microphones: Choice[];
  cameras: Choice[];
  speakers: Choice[];
}

export const NO_CHOICES: Choices = { microphones: [], cameras: [], speakers: [] };

type Found = Pick<MediaDeviceInfo, "kind" | "deviceId" | "label">;
/** Names that some browsers give to a device that is in the list under its own. */
const ALIASES = new Set(["default", "communications"]);

/** The devices by their use. */
export function choicesIn(found: readonly Found[]): Choices {
  const of = (kind: MediaDeviceKind) => {
    const mine = found.filter((device) => device.kind === kind).map(({ deviceId, label }) => ({ id: deviceId, label }));
    const real = mine.filter((choice) => !ALIASES.has(choice.id));
    return real.length > 0 ? real : mine;
  };
  return { microphones: of("audioinput"), cameras: of("videoinput"), speakers: of("audiooutput") };
}

/** Why a device could not be had, from what the browser threw. */
export function troubleIn(error: unknown): Trouble {
  const name = error instanceof Error || error instanceof DOMException ? error.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") return "denied";
  if (name === "NotFoundError" || name === "OverconstrainedError") return "missing";
  return "busy";
}

/** The device to go on with when one is gone: any other one that has a name. */
export function another(gone: string | undefined, choices: readonly Choice[]): string | null {
  return choices.find((choice) => choice.id !== "" && choice.id !== gone)?.id ?? null;
}

/** Whether a device that is in use has left the list. A list without ids says nothing. */
export function hasLeft(used: string | undefined, choices: readonly Choice[]): boolean {
  if (!used || ALIASES.has(used) || choices.some((choice) => choice.id === "")) return false;
  return !choices.some((choice) => choice.id === used);
}

/** Where this browser thinks it is. Its name for that may be one that its own rules do not know: nothing else may hand it to Intl. */

/** The name of the browser's own zone; undefined where it knows none, or refuses the name itself. */
export function ownZone(): string | undefined {
  try {
    const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
    new Intl.DateTimeFormat("en", { timeZone });
    return timeZone === "Etc/Unknown" ? undefined : timeZone;
  } catch {
    return undefined;
  }
}

/** How many minutes the browser's own clock is east of UTC at an instant. */
export function ownClock(atMs: number): number {
  return -new Date(atMs).getTimezoneOffset();
}

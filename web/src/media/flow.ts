/**
 * Whether media flows on this side, in the words of `session.report` (D18): bytes over the time of one connection of the line, and nothing when
 * they have stopped growing, so that nobody pays for a picture that stands still. Pure: instants are arguments, in ms, of any one clock.
 */
const STALE_MS = 10_000;

export class Flow {
  private from = 0;
  private bytes = 0;
  private grewMs = Number.NEGATIVE_INFINITY;
  private anew = false;

  /** All bytes since the call began, as they are now. */
  hear(bytes: number, nowMs: number): void {
    if (this.anew) {
      this.anew = false;
      this.from = bytes;
    } else if (bytes > this.bytes) {
      this.grewMs = nowMs;
    }
    this.bytes = bytes;
  }

  /** Another connection of the line speaks for the side: what has flowed before proves nothing over it. */
  renew(): void {
    this.anew = true;
    this.grewMs = Number.NEGATIVE_INFINITY;
  }

  /** What a report says: null when nothing has flowed lately. */
  told(nowMs: number): number | null {
    return nowMs - this.grewMs < STALE_MS ? this.bytes - this.from : null;
  }
}

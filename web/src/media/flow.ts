/**
 * Whether media flows on this side, as `session.report` says it (D18): the bytes since this socket was opened. It is nothing once they have
 * stopped growing, so that nobody pays for a picture that stands still. Pure: instants are arguments, in ms, of any one clock.
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

  /** Another socket speaks for the side: what flowed before proves nothing about it. */
  renew(): void {
    this.anew = true;
    this.grewMs = Number.NEGATIVE_INFINITY;
  }

  /** What a report says: null when nothing has flowed lately. */
  told(nowMs: number): number | null {
    return nowMs - this.grewMs < STALE_MS ? this.bytes - this.from : null;
  }
}

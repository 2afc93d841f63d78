/** Candidates that cannot go, or be added, at once. */
import { later } from "../socket/timers.ts";
import { type Candidates, inBatches } from "./messages.ts";

const BATCH_MS = 60;
const MAX_HELD = 64;

/** Those found here: they go out a few at a time. */
export class FoundCandidates {
  private found: RTCIceCandidateInit[] = [];
  private stop: (() => void) | undefined;

  constructor(private readonly send: (list: RTCIceCandidateInit[]) => void) {}

  add(candidate: RTCIceCandidate): void {
    this.found.push(candidate.toJSON());
    this.stop ??= later(BATCH_MS, () => {
      this.stop = undefined;
      for (const list of inBatches(this.found.splice(0))) this.send(list);
    });
  }

  /** Their connection is no more. */
  clear(): void {
    this.found = [];
  }

  close(): void {
    this.stop?.();
  }
}

/** Those of the other page that came before the description they belong to. */
export class EarlyCandidates {
  private held: Candidates[] = [];

  keep(message: Candidates): void {
    this.held.push(message);
    if (this.held.length > MAX_HELD) this.held.shift();
  }

  /** Takes out those that this link has sent. */
  take(from: string | null): Candidates[] {
    const taken = this.held.filter((message) => message.from === from);
    this.held = this.held.filter((message) => message.from !== from);
    return taken;
  }
}

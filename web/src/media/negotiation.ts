/**
 * Who answers whom: "perfect negotiation" of the WebRTC specification, without the browser's part. Both pages may offer at any moment; when
 * two offers cross, the polite page takes its own back. The impolite page builds the connection, and builds it anew for a page that it does
 * not know: one that was reloaded. Every message names the two links that it is between. What was meant for an older connection is dropped.
 * Whoever asks does one thing after another, so there is no moment between the beginning of an offer and its being there.
 */
import type { Message } from "./messages.ts";

export type Verdict =
  | "drop"
  /** Say who we are. */
  | "greet"
  /** Build a connection to this page, and offer. */
  | "build"
  /** Build a connection for this offer, and answer it. */
  | "answer-anew"
  | "answer"
  | "settle"
  | "add"
  /** Candidates that came before the description they belong to. */
  | "hold"
  | "note";

export class Negotiation {
  /** Our own link. */
  me: string;
  /** The other page's. */
  remote: string | null = null;
  /** The last offer's number. */
  turn = 0;
  private ignoring = false;
  private readonly gone = new Set<string>();

  constructor(
    readonly polite: boolean,
    private readonly fresh: () => string,
  ) {
    this.me = fresh();
  }

  /** What to do about a message, as the connection stands (undefined: there is none). */
  judge(message: Message, signaling: RTCSignalingState | undefined, described: boolean): Verdict {
    const { from, to } = message;
    if (from === this.me || this.gone.has(from) || (to !== null && to !== this.me)) return "drop";
    if (message.kind === "hello") return this.meet(from, to);
    if (to === null) return "drop";
    if (from !== this.remote) return this.stranger(message);
    switch (message.kind) {
      case "muted":
        return "note";
      case "candidates":
        if (!described) return "hold";
        return this.ignoring ? "drop" : "add";
      case "description":
        return message.type === "offer" ? this.offered(signaling) : this.answered(message.turn, signaling);
    }
  }

  /** We are linked to this page now; what its earlier links still say is dropped. The one who builds takes a new link of their own. */
  link(remote: string): void {
    if (this.remote !== null && this.remote !== remote) this.gone.add(this.remote);
    if (!this.polite && this.remote !== null) this.me = this.fresh();
    this.remote = remote;
    this.ignoring = false;
  }

  private meet(from: string, to: string | null): Verdict {
    if (!this.polite) return from === this.remote && to === this.me ? "drop" : "build";
    // Who builds has yet to hear of us, or has built anew and offers.
    return to === this.me ? "drop" : "greet";
  }

  /** Only an offer makes a stranger known. Its candidates may come first: frames overtake each other. */
  private stranger(message: Message): Verdict {
    if (!this.polite) return "drop";
    if (message.kind === "candidates") return "hold";
    return message.kind === "description" && message.type === "offer" ? "answer-anew" : "drop";
  }

  private offered(signaling: RTCSignalingState | undefined): Verdict {
    this.ignoring = !this.polite && signaling !== "stable";
    return this.ignoring ? "drop" : "answer";
  }

  private answered(turn: number, signaling: RTCSignalingState | undefined): Verdict {
    return signaling === "have-local-offer" && turn === this.turn ? "settle" : "drop";
  }
}

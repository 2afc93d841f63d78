/** What a side sends, from the tracks that it has turned on. */
import type { Mutes } from "./messages.ts";

export type Kind = "audio" | "video" | "screen";
export const ALL_MUTED: Mutes = { audio: true, video: true, screen: false };

/** Which tracks are to be sent. The screen takes the camera's place; silence stands in where content is held back. */
export class Sending<T> {
  private readonly tracks: Record<Kind, T | null> = { audio: null, video: null, screen: null };
  private began = false;
  private held = false;

  /** Turns a track on or off. */
  set(kind: Kind, track: T | null): void {
    this.tracks[kind] = track;
    if (track !== null) this.began = true;
  }

  /** Content is held back while the session is interrupted (D18); what is turned on stays so. */
  hold(held: boolean): void {
    this.held = held;
  }

  get video(): T | null {
    return this.held ? null : (this.tracks.screen ?? this.tracks.video);
  }

  get audio(): T | null {
    return this.held ? null : this.tracks.audio;
  }

  /**
   * Whether silence is to be sent. A side that has begun to send goes on sending: else a muted person would look lost at the boundary
   * (D18). Before the first real track nothing is sent at all: the clock starts by real media (R42).
   */
  get silence(): boolean {
    return this.began && this.audio === null && this.video === null;
  }

  /** What the other side is told. */
  get mutes(): Mutes {
    const screen = this.tracks.screen !== null;
    return { audio: this.tracks.audio === null, video: this.tracks.video === null && !screen, screen };
  }
}

export function sameMutes(one: Mutes, other: Mutes): boolean {
  return one.audio === other.audio && one.video === other.video && one.screen === other.screen;
}

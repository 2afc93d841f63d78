/**
 * The media of a video session on this page: the connection to the other page, this machine's devices, and what is told of both. Nothing of
 * the performer's is sent before the start is pressed, for the clock runs from there (D13).
 */
import { effect, signal, untracked } from "@preact/signals";
import { line } from "../line/line.ts";
import { Devices } from "../media/devices.ts";
import { Evidence } from "../media/evidence.ts";
import { Peer } from "../media/peer.ts";
import { evidenceBy, iceServers, talk } from "./desk.ts";
import type { Side } from "./talk.ts";

export class Stage {
  readonly devices = new Devices();
  readonly peer: Peer;
  /** The performer has pressed start on this page, or the clock runs. */
  readonly sending = signal(false);
  private readonly ends: Array<() => void> = [];
  private readonly evidence: Evidence;
  private told = false;

  constructor(
    readonly sessionId: string,
    readonly side: Side,
  ) {
    this.peer = new Peer({
      polite: side === "customer",
      iceServers: untracked(() => iceServers.value),
      send: (data) => line.say({ type: "signal", session_id: sessionId, data: data as Record<string, unknown> }),
    });
    this.evidence = new Evidence({ read: () => this.peer.stats(), now: () => line.now() });
    void this.evidence.start();
    this.ends.push(
      line.on("signal", (frame) => {
        if (frame.session_id === sessionId) void this.peer.signal(frame.data);
      }),
      effect(() => this.peer.serve(iceServers.value)),
      effect(() => this.connect()),
      effect(() => this.holdBack()),
      effect(() => this.tellFirst()),
      // A line that is open again may have lost what was said between the two pages.
      effect(() => {
        if (line.state.value === "open") untracked(() => this.peer.restart());
      }),
      evidenceBy({
        stats: async () => {
          const { received, sent } = await this.peer.bytes();
          return this.evidence.stats(side === "customer" ? received : sent);
        },
        delivered: (stats) => this.evidence.delivered(stats),
      }),
    );
  }

  /** The performer's media goes out from now on. */
  begin(): void {
    this.sending.value = true;
  }

  close(): void {
    for (const end of this.ends) end();
    this.evidence.stop();
    this.peer.close();
    this.devices.close();
  }

  private connect(): void {
    const out = this.side === "customer" || this.sending.value || talk.value?.phase !== "answered";
    void this.peer.setTrack("audio", out ? this.devices.microphone.value : null);
    void this.peer.setTrack("video", out ? this.devices.camera.value : null);
    void this.peer.setTrack("screen", out ? this.devices.screen.value : null);
  }

  /** Content is held back while the other side is lost: nobody is there for it (D18). */
  private holdBack(): void {
    const now = talk.value;
    void this.peer.hold(now?.lost.some((side) => side !== this.side) ?? false);
  }

  /** The customer's first received media starts the clock (R42); told until the service has heard it. */
  private tellFirst(): void {
    const phase = talk.value?.phase;
    if (!this.peer.received.value || this.told) return;
    this.evidence.firstMedia();
    if (this.side !== "customer" || (phase !== "pending" && phase !== "answered")) return;
    this.told = true;
    line.ask({ type: "session.media", session_id: this.sessionId, received: true }).catch(() => {
      this.told = false;
      setTimeout(() => this.tellFirst(), 1_000);
    });
  }
}

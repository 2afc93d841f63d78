/** A video call of a session: its connection, devices and media reports follow what the service says of the session. */
import { computed, effect, untracked } from "@preact/signals";
import type { Devices } from "../media/devices.ts";
import { Flow } from "../media/flow.ts";
import { MediaReports, type Stats } from "../media/media-reports.ts";
import { Peer } from "../media/peer.ts";
import { socket } from "../socket/socket.ts";
import { every, later } from "../socket/timers.ts";
import type { CurrentSession, Media } from "./current-session.ts";
import { ownDevices, releaseDevices, rememberDevices, rememberedDevices } from "./own-devices.ts";
import { otherGone } from "./state.ts";

const WATCH_MS = 2_000;

export class VideoCall implements Media {
  readonly peer: Peer;
  readonly devices: Devices = ownDevices();
  private readonly reports: MediaReports;
  private readonly flow = new Flow();
  private readonly stops: Array<() => void> = [];
  private mediaTold = false;

  constructor(private readonly session: CurrentSession) {
    const { state } = session;
    const customer = state.peek().side === "customer";
    this.peer = new Peer({
      polite: customer,
      iceServers: [...state.peek().iceServers],
      send: (data) => session.signal(data),
    });
    this.reports = new MediaReports({ read: () => this.peer.stats(), now: () => socket.now() });
    void this.reports.start();
    session.attach(this);
    this.follow(() => {
      // A performer is neither seen nor heard before they have pressed start (R41).
      const { stage } = state.value;
      const open = customer || stage === "pending" || stage === "live";
      const { microphone, camera, screen } = this.devices;
      void this.peer.setTrack("audio", open ? microphone.value : null);
      void this.peer.setTrack("video", open ? camera.value : null);
      void this.peer.setTrack("screen", open ? screen.value : null);
    });
    this.follow(() => void this.peer.hold(otherGone(state.value)));
    const awaited = computed(() => state.value.mediaAwaited.length > 0);
    this.follow(() => {
      if (awaited.value) untracked(() => this.peer.restart());
    });
    this.stops.push(every(WATCH_MS, () => void this.watch()));
    this.follow(() => this.peer.serve([...state.value.iceServers]));
    this.follow(() => {
      if (socket.state.value !== "open") return;
      this.flow.renew();
      untracked(() => this.peer.restart());
    });
    this.follow(() => {
      const received = this.peer.received.value;
      const reachable = socket.state.value === "open";
      if (received) this.reports.firstMedia();
      if (received && reachable && customer) untracked(() => void this.tellMedia());
    });
    this.follow(() => {
      if (state.value.elsewhere) untracked(() => this.stepAside());
    });
    void this.turnOn();
  }

  signal(data: unknown): void {
    void this.peer.signal(data);
  }

  get flows(): boolean {
    return this.flow.told(performance.now()) !== null;
  }

  async stats(closing: boolean): Promise<Stats> {
    await this.watch();
    return this.reports.stats(this.flow.told(performance.now()), closing);
  }

  delivered(stats: Stats): void {
    this.reports.delivered(stats);
  }

  close(): void {
    for (const stop of this.stops.splice(0)) stop();
    this.reports.stop();
    this.peer.close();
    releaseDevices();
  }

  /** A performer comes to be seen and heard; a customer turns on what they like (R48, R50). Whoever comes back finds on what was on. */
  private async turnOn(): Promise<void> {
    const { devices } = this;
    const { sessionId } = this.session;
    const performer = this.session.state.peek().side === "performer";
    const { camera, microphone } = rememberedDevices(sessionId) ?? { camera: performer, microphone: performer };
    if (camera && !devices.camera.peek()) await devices.turnOn("camera");
    if (microphone && !devices.microphone.peek()) await devices.turnOn("microphone");
    if (this.stops.length === 0) return; // It was closed meanwhile.
    this.follow(() => {
      rememberDevices(sessionId, {
        microphone: devices.microphone.value !== null,
        camera: devices.camera.value !== null,
      });
    });
  }

  private follow(act: () => void): void {
    this.stops.push(effect(act));
  }

  /** Media is what the customer receives and the performer sends. */
  private async watch(): Promise<void> {
    const { received, sent } = await this.peer.bytes();
    this.flow.hear(this.session.state.peek().side === "customer" ? received : sent, performance.now());
  }

  /** The customer's first media (R42): said until the service has taken it. */
  private async tellMedia(): Promise<void> {
    if (this.mediaTold) return;
    this.mediaTold = true;
    try {
      await socket.ask({ type: "session.media", session_id: this.session.sessionId, received: true });
    } catch {
      this.mediaTold = false;
      if (socket.state.peek() === "open" && this.stops.length > 0) later(1_000, () => void this.tellMedia());
    }
  }

  /** Another tab speaks for this side: this one lets the devices go. */
  private stepAside(): void {
    this.session.media = null;
    this.close();
  }
}

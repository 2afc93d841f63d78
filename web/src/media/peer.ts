/**
 * The connection of two pages in a call, for as long as the page lives. It is built, restarted and built anew by itself, and sending goes
 * on over each. Sound and picture have a slot each from the first offer, in both directions. So a microphone, a camera or the screen is
 * turned on without a negotiation, and a side that has turned nothing on sends nothing (R48, R50).
 */
import { type ReadonlySignal, signal } from "@preact/signals";
import { later } from "../socket/timers.ts";
import { EarlyCandidates, FoundCandidates } from "./candidates.ts";
import {
  type Candidates,
  type Description,
  fits,
  type Message,
  type Mutes,
  messageIn,
  withoutCandidates,
} from "./messages.ts";
import { ALL_MUTED, type Kind, Sending, sameMutes } from "./muting.ts";
import { Negotiation } from "./negotiation.ts";
import type { Quality } from "./quality.ts";
import type { CallStats } from "./readings.ts";
import { FIRST_MS, repair, SETTLE_MS, waitMs } from "./recovery.ts";
import { silence } from "./silence.ts";
import { Watch } from "./watch.ts";

export type { CallStats, Kind, Mutes, Quality };
export type Connection = "new" | "connecting" | "connected" | "troubled" | "failed";

export interface PeerOptions {
  /** The customer's page is polite, the performer's is not. */
  polite: boolean;
  iceServers: RTCIceServer[];
  /** Says something to the other page, through `signal`; it may get lost. */
  send(data: unknown): void;
  /** `relay`: through TURN servers only. */
  policy?: RTCIceTransportPolicy;
}

const KINDS = ["audio", "video"] as const;

export class Peer {
  /** What the other side sends: null until something has come; its tracks join as they begin to flow. The screen takes the camera's place. */
  readonly remote = signal<MediaStream | null>(null);
  readonly connection = signal<Connection>("new");
  /** The first frame was decoded, or the first sound has come (R42). Never false again. */
  readonly received: ReadonlySignal<boolean>;
  readonly quality: ReadonlySignal<Quality>;
  /** What the other side has off, as it says itself. `screen`: its picture is its screen. */
  readonly remoteMuted: ReadonlySignal<Mutes>;

  private readonly told = signal<Mutes>(ALL_MUTED);
  private readonly negotiation: Negotiation;
  private readonly sending = new Sending<MediaStreamTrack>();
  private readonly found = new FoundCandidates((list) => this.say({ kind: "candidates", list }));
  private readonly early = new EarlyCandidates();
  private readonly watch = new Watch(() => ({
    pc: this.pc,
    wasConnected: this.wasConnected,
    flows: this.stream.getTracks().length > 0,
    remoteMuted: this.told.value,
  }));
  private readonly stream = new MediaStream();
  private quiet: MediaStreamTrack | null = null;
  private pc: RTCPeerConnection | null = null;
  private attempt = 0;
  private wasConnected = false;
  private closed = false;
  private turn: Promise<unknown> = Promise.resolve();
  private stopRepairing = () => {};

  constructor(private readonly options: PeerOptions) {
    this.remoteMuted = this.told;
    this.received = this.watch.received;
    this.quality = this.watch.quality;
    this.negotiation = new Negotiation(options.polite, freshLink);
    addEventListener("online", this.revive);
    this.greet(null);
    this.repairIn(FIRST_MS);
  }

  /** Hears what the other page says. Whatever is no message for this connection is passed over. Never rejects. */
  signal(data: unknown): Promise<void> {
    const message = messageIn(data);
    if (message === null) return Promise.resolve();
    return this.inTurn(() => this.hear(message));
  }

  /** Sends this track from now on, or nothing of its kind; the other side is told. The track stays the caller's: it is not stopped here. */
  async setTrack(kind: Kind, track: MediaStreamTrack | null): Promise<void> {
    if (this.closed) return;
    const before = this.sending.mutes;
    if (kind === "screen" && track && "contentHint" in track) track.contentHint = "detail";
    this.sending.set(kind, track);
    await this.inTurn(() => this.fill());
    if (!sameMutes(before, this.sending.mutes)) this.say({ kind: "muted", mutes: this.sending.mutes });
  }

  /** Holds content back, or lets it go on: while the session is interrupted, silence is sent in its place (D18). */
  async hold(held: boolean): Promise<void> {
    this.sending.hold(held);
    await this.inTurn(() => this.fill());
  }

  /** Bytes of media since the call began, over all connections: what `session.report` asks for. */
  async bytes(): Promise<{ received: number; sent: number }> {
    const { receivedBytes, sentBytes } = await this.watch.read();
    return { received: receivedBytes, sent: sentBytes };
  }

  async stats(): Promise<CallStats> {
    const read = await this.watch.read();
    return { ...read, muted: this.sending.mutes, remoteMuted: this.told.value };
  }

  /** Looks for new routes now, with a fresh count of tries: the socket is back, or somebody has pressed "try again". */
  restart(): void {
    if (this.closed) return;
    this.attempt = 0;
    this.repairIn(0);
  }

  /** New credentials for the next routes: those of TURN expire. */
  serve(iceServers: RTCIceServer[]): void {
    this.options.iceServers = iceServers;
    if (!this.closed) this.pc?.setConfiguration(this.configuration());
  }

  close(): void {
    this.closed = true;
    removeEventListener("online", this.revive);
    this.stopRepairing();
    this.found.close();
    this.watch.close();
    this.drop();
    this.quiet?.stop();
    this.remote.value = null;
  }

  // What is heard

  private async hear(message: Message): Promise<void> {
    const pc = this.pc;
    switch (this.negotiation.judge(message, pc?.signalingState, pc?.remoteDescription != null)) {
      case "drop":
        return;
      case "greet":
        return this.greet(message.from);
      case "build":
        this.negotiation.link(message.from);
        return this.build();
      case "answer-anew":
        this.negotiation.link(message.from);
        this.connect();
        return this.answer(message as Description);
      case "answer":
        return this.answer(message as Description);
      case "settle":
        return this.settle(message as Description);
      case "add":
        return this.add(message as Candidates);
      case "hold":
        return this.early.keep(message as Candidates);
      case "note":
        this.note((message as { mutes: Mutes }).mutes);
    }
  }

  private async answer(offer: Description): Promise<void> {
    const pc = this.pc;
    if (!pc) return;
    this.note(offer.mutes);
    await pc.setRemoteDescription({ type: "offer", sdp: offer.sdp });
    for (const slot of pc.getTransceivers()) slot.direction = "sendrecv";
    await this.fill();
    await pc.setLocalDescription();
    this.describe(pc, offer.turn);
    await this.addEarly();
  }

  private async settle(answer: Description): Promise<void> {
    this.note(answer.mutes);
    await this.pc?.setRemoteDescription({ type: "answer", sdp: answer.sdp });
    await this.addEarly();
  }

  private async add(message: Candidates): Promise<void> {
    for (const candidate of message.list) {
      try {
        await this.pc?.addIceCandidate(candidate);
      } catch {
        // It belongs to a description that is still on its way, or to one that was taken back.
        this.early.keep({ ...message, list: [candidate] });
      }
    }
  }

  private async addEarly(): Promise<void> {
    for (const message of this.early.take(this.negotiation.remote)) await this.add(message);
  }

  private note(mutes: Mutes): void {
    if (!sameMutes(this.told.value, mutes)) this.told.value = mutes;
  }

  // What is said

  private greet(to: string | null): void {
    this.options.send({ kind: "hello", from: this.negotiation.me, to } satisfies Message);
  }

  private say(
    what:
      | { kind: "muted"; mutes: Mutes }
      | { kind: "candidates"; list: RTCIceCandidateInit[] }
      | Omit<Description, "from" | "to">,
  ): void {
    if (this.negotiation.remote === null || this.closed) return;
    const message = { ...what, from: this.negotiation.me, to: this.negotiation.remote } as Message;
    if (fits(message)) this.options.send(message);
    else this.connection.value = "failed";
  }

  private describe(pc: RTCPeerConnection, turn: number): void {
    const { type, sdp } = pc.localDescription ?? {};
    if ((type !== "offer" && type !== "answer") || sdp === undefined) return;
    this.say({ kind: "description", type, sdp: withoutCandidates(sdp), turn, mutes: this.sending.mutes });
  }

  private async offer(pc: RTCPeerConnection): Promise<void> {
    if (this.pc !== pc) return;
    await pc.setLocalDescription();
    if (this.pc === pc && pc.localDescription?.type === "offer") this.describe(pc, ++this.negotiation.turn);
  }

  // The connection

  private configuration(): RTCConfiguration {
    return {
      iceServers: this.options.iceServers,
      iceTransportPolicy: this.options.policy ?? "all",
      bundlePolicy: "max-bundle",
    };
  }

  /** A new connection with both slots in it; making them asks for the first offer. */
  private async build(): Promise<void> {
    const pc = this.connect();
    for (const kind of KINDS) pc.addTransceiver(kind, { direction: "sendrecv" });
    await this.fill();
  }

  private connect(): RTCPeerConnection {
    this.drop();
    const pc = new RTCPeerConnection(this.configuration());
    this.pc = pc;
    pc.onnegotiationneeded = () =>
      void this.inTurn(() => (pc.signalingState === "stable" ? this.offer(pc) : undefined));
    pc.onicecandidate = ({ candidate }) => {
      if (this.pc === pc && candidate?.candidate) this.found.add(candidate);
    };
    pc.onconnectionstatechange = () => this.follow(pc);
    pc.ontrack = ({ track }) => this.await(pc, track);
    this.connection.value = this.wasConnected ? "troubled" : "connecting";
    this.repairIn(FIRST_MS);
    return pc;
  }

  private drop(): void {
    const pc = this.pc;
    this.pc = null;
    if (!pc) return;
    this.watch.carry();
    this.found.clear();
    pc.onconnectionstatechange = null;
    pc.close();
  }

  /** Puts into the slots what is to be sent. */
  private async fill(): Promise<void> {
    if (this.closed) return;
    const { audio, video } = this.sending;
    if (this.sending.silence) this.quiet ??= silence();
    const sound = this.sending.silence ? this.quiet : audio;
    for (const { sender, receiver } of this.pc?.getTransceivers() ?? []) {
      const track = receiver.track.kind === "audio" ? sound : video;
      if (sender.track !== track) await sender.replaceTrack(track);
    }
  }

  /** A track joins the stream when something comes over it: an element waits for every track that it is given. */
  private await(pc: RTCPeerConnection, track: MediaStreamTrack): void {
    const join = () => {
      if (this.pc !== pc) return;
      for (const old of this.stream.getTracks()) {
        if (old.kind === track.kind && old !== track) this.stream.removeTrack(old);
      }
      this.stream.addTrack(track);
      this.remote.value = this.stream;
      this.watch.hasten();
    };
    if (track.muted) track.onunmute = join;
    else join();
  }

  private follow(pc: RTCPeerConnection): void {
    if (this.pc !== pc) return;
    switch (pc.connectionState) {
      case "connected":
        this.stopRepairing();
        this.attempt = 0;
        this.wasConnected = true;
        this.connection.value = "connected";
        return;
      case "disconnected":
        this.connection.value = "troubled";
        this.repairIn(SETTLE_MS);
        return;
      case "failed":
        this.connection.value = "troubled";
        this.repairIn(0);
    }
  }

  // Repairs

  private repairIn(ms: number): void {
    this.stopRepairing();
    this.stopRepairing = later(ms, () => void this.inTurn(() => this.repair()));
  }

  private async repair(): Promise<void> {
    const { polite } = this.options;
    // A restart of a connection that works changes its routes without a word.
    if (this.attempt > 0 && this.pc?.connectionState === "connected") return;
    const attempt = this.attempt++;
    const what = repair(attempt, polite, this.pc !== null);
    if (what === "give-up") {
      this.connection.value = "failed";
      return;
    }
    this.repairIn(waitMs(attempt, polite, Math.random()));
    if (this.connection.value === "failed") this.connection.value = "troubled";
    if (what === "greet") return this.greet(null);
    if (what === "rebuild" && this.negotiation.remote !== null) {
      this.negotiation.link(this.negotiation.remote);
      const due = waitMs(attempt, polite, Math.random());
      await this.build();
      return this.repairIn(due);
    }
    const pc = this.pc;
    if (!pc) return;
    pc.restartIce();
    // In the middle of an offer no new one would be asked for: it may be the one that was lost.
    if (pc.signalingState !== "stable") await this.offer(pc);
  }

  private readonly revive = (): void => this.restart();

  /** One thing after another: descriptions, candidates and tracks must not cross. */
  private inTurn(act: () => unknown): Promise<void> {
    this.turn = this.turn.then(async () => {
      if (this.closed) return;
      try {
        await act();
      } catch {
        // A description that the browser does not take, a connection closed under a promise: the repair that is due mends both.
      }
    });
    return this.turn as Promise<void>;
  }
}

function freshLink(): string {
  const digits = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(digits, (digit) => (digit % 36).toString(36)).join("");
}

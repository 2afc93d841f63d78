/**
 * This machine's microphone, camera, screen and speaker. Nothing is asked for before it is turned on. A device that is turned off is
 * released, and its light goes out. A device that is pulled out is replaced by another one, if there is any.
 */
import { signal } from "@preact/signals";
import { device } from "../state/browser.ts";
import {
  another,
  type Choice,
  type Choices,
  choicesIn,
  hasLeft,
  NO_CHOICES,
  type Trouble,
  troubleIn,
} from "./choosing.ts";

export type { Choice, Choices, Trouble };
export type Source = "microphone" | "camera";
type Remembered = Partial<Record<Source | "speaker", string>>;

const KEY = "twip.devices";
const WISHES: Record<Source, MediaTrackConstraints> = {
  microphone: { echoCancellation: true, noiseSuppression: true, autoGainControl: true },
  camera: { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30, max: 30 } },
};

/** What of the browser is used: all of it may be missing on an old or an insecure page. */
export type Media = Pick<
  MediaDevices,
  "getUserMedia" | "enumerateDevices" | "addEventListener" | "removeEventListener"
> &
  Partial<Pick<MediaDevices, "getDisplayMedia">>;

export class Devices {
  readonly microphone = signal<MediaStreamTrack | null>(null);
  readonly camera = signal<MediaStreamTrack | null>(null);
  readonly screen = signal<MediaStreamTrack | null>(null);
  readonly problem = signal<Trouble | null>(null);
  /** What the problem is with. */
  readonly troubled = signal<Source | "screen" | null>(null);
  /** What there is to choose; read anew whenever something is plugged in or out. */
  readonly choices = signal<Choices>(NO_CHOICES);
  /** The speaker that was chosen; null is the machine's own choice. */
  readonly speaker = signal<string | null>(null);
  readonly canShareScreen: boolean;
  readonly canChooseSpeaker = "setSinkId" in HTMLMediaElement.prototype;

  private readonly wish: Record<Source, number> = { microphone: 0, camera: 0 };
  private readonly elements = new Set<HTMLMediaElement>();
  private closed = false;

  constructor(private readonly media: Media | undefined = navigator.mediaDevices) {
    this.canShareScreen = typeof media?.getDisplayMedia === "function";
    this.speaker.value = this.remembered().speaker ?? null;
    media?.addEventListener("devicechange", this.changed);
  }

  /** What there is, now. */
  async list(): Promise<Choices> {
    try {
      this.choices.value = choicesIn((await this.media?.enumerateDevices()) ?? []);
    } catch {
      // What was known stays.
    }
    return this.choices.value;
  }

  /** Turns a device on: this one, else the one chosen last, else the machine's own. False: it could not be had, and `problem` says why. */
  async turnOn(kind: Source, deviceId?: string): Promise<boolean> {
    if (deviceId !== undefined) this.remember({ [kind]: deviceId });
    return this.use(kind, deviceId ?? this.remembered()[kind]);
  }

  turnOff(kind: Source): void {
    this.wish[kind] += 1;
    this.put(kind, null);
  }

  /** Shares a screen, a window or a tab: the browser asks which. False: it was not shared; that somebody thought better of it is no problem. */
  async shareScreen(): Promise<boolean> {
    try {
      const stream = await this.media?.getDisplayMedia?.({ video: true, audio: false });
      const track = stream?.getVideoTracks()[0];
      if (!track) return this.fail("screen", "missing");
      if (this.closed) {
        track.stop();
        return false;
      }
      this.stopScreen();
      track.onended = () => {
        if (this.screen.value === track) this.screen.value = null;
      };
      this.screen.value = track;
      this.clear("screen");
      return true;
    } catch (error) {
      const trouble = troubleIn(error);
      // The browser alone was asked and said no: somebody thought better of it. The system's refusal names it.
      const bySystem = error instanceof DOMException && /system/i.test(error.message);
      if (trouble !== "denied" || bySystem) this.fail("screen", trouble);
      return false;
    }
  }

  stopScreen(): void {
    const track = this.screen.value;
    this.screen.value = null;
    track?.stop();
  }

  /** Plays on this speaker from now on; null: on the machine's own. */
  async useSpeaker(deviceId: string | null): Promise<void> {
    this.speaker.value = deviceId;
    this.remember({ speaker: deviceId ?? "" });
    await Promise.all([...this.elements].map((element) => this.direct(element)));
  }

  /** Has an element play on the chosen speaker. Answers how to let it go. */
  play(element: HTMLMediaElement): () => void {
    this.elements.add(element);
    void this.direct(element);
    return () => this.elements.delete(element);
  }

  /** Lets everything go. */
  close(): void {
    this.closed = true;
    this.media?.removeEventListener("devicechange", this.changed);
    this.turnOff("microphone");
    this.turnOff("camera");
    this.stopScreen();
    this.elements.clear();
  }

  private async use(kind: Source, deviceId: string | undefined): Promise<boolean> {
    const wish = ++this.wish[kind];
    let track: MediaStreamTrack;
    try {
      track = await this.open(kind, deviceId);
    } catch (error) {
      return this.wish[kind] === wish ? this.fail(kind, troubleIn(error)) : false;
    }
    if (this.wish[kind] !== wish || this.closed) {
      // It was turned off, or another one chosen, while the browser asked.
      track.stop();
      return false;
    }
    track.onended = () => void this.lost(kind, track);
    this.put(kind, track);
    this.clear(kind);
    void this.list();
    return true;
  }

  private async open(kind: Source, deviceId: string | undefined): Promise<MediaStreamTrack> {
    if (!this.media) throw new DOMException("no devices here", "NotFoundError");
    try {
      return await this.ask(kind, deviceId);
    } catch (error) {
      const trouble = troubleIn(error);
      if (trouble === "missing" && deviceId) return this.ask(kind, undefined);
      if (trouble !== "busy" || !this.now(kind).value) throw error;
      // Some machines open one camera at a time: the old one goes first.
      this.put(kind, null);
      return this.ask(kind, deviceId);
    }
  }

  private async ask(kind: Source, deviceId: string | undefined): Promise<MediaStreamTrack> {
    const wanted = { ...WISHES[kind], ...(deviceId ? { deviceId: { exact: deviceId } } : {}) };
    const asked = kind === "microphone" ? { audio: wanted } : { video: wanted };
    const track = (await this.media?.getUserMedia(asked))?.getTracks()[0];
    if (!track) throw new DOMException("nothing came", "NotFoundError");
    return track;
  }

  /** It was pulled out, or the permission was taken back: another one goes on in its place, or its absence is told. */
  private async lost(kind: Source, track: MediaStreamTrack): Promise<void> {
    if (this.now(kind).value !== track) return;
    const gone = track.getSettings().deviceId;
    const before = this.wish[kind];
    this.put(kind, null);
    const choices = await this.list();
    if (this.wish[kind] !== before) return;
    const next = another(gone, kind === "microphone" ? choices.microphones : choices.cameras);
    if (next === null) this.fail(kind, "missing");
    else await this.use(kind, next);
  }

  private readonly changed = async (): Promise<void> => {
    const { microphones, cameras } = await this.list();
    for (const [kind, choices] of [["microphone", microphones] as const, ["camera", cameras] as const]) {
      const track = this.now(kind).value;
      if (track && hasLeft(track.getSettings().deviceId, choices)) void this.lost(kind, track);
    }
    for (const element of this.elements) void this.direct(element);
  };

  private async direct(element: HTMLMediaElement): Promise<void> {
    if (!this.canChooseSpeaker) return;
    try {
      await element.setSinkId(this.speaker.value ?? "");
    } catch {
      // It is not plugged in: the machine's own choice plays, and the chosen one again when it is back.
      await element.setSinkId("").catch(() => {});
    }
  }

  private now(kind: Source) {
    return kind === "microphone" ? this.microphone : this.camera;
  }

  private put(kind: Source, track: MediaStreamTrack | null): void {
    const old = this.now(kind).value;
    this.now(kind).value = track;
    if (old && old !== track) {
      old.onended = null;
      old.stop();
    }
  }

  private fail(kind: Source | "screen", trouble: Trouble): false {
    this.troubled.value = kind;
    this.problem.value = trouble;
    return false;
  }

  private clear(kind: Source | "screen"): void {
    if (this.troubled.value !== kind) return;
    this.troubled.value = null;
    this.problem.value = null;
  }

  private remembered(): Remembered {
    const kept = device.read(KEY);
    const known = typeof kept === "object" && kept !== null ? (kept as Record<string, unknown>) : {};
    const named = Object.entries(known).filter(([, id]) => typeof id === "string" && id !== "");
    return Object.fromEntries(named) as Remembered;
  }

  private remember(choice: Remembered): void {
    device.write(KEY, { ...this.remembered(), ...choice });
  }
}

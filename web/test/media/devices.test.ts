import { beforeEach, describe, expect, it, vi } from "vitest";
import { another, choicesIn, hasLeft, troubleIn } from "../../src/media/choosing.ts";
import { Devices, type Media } from "../../src/media/devices.ts";

type Kind = "audioinput" | "videoinput" | "audiooutput";

class Track {
  readyState = "live";
  onended: (() => void) | null = null;
  constructor(
    readonly kind: string,
    readonly id: string,
  ) {}
  getSettings() {
    return { deviceId: this.id };
  }
  stop() {
    this.readyState = "ended";
  }
  /** As the browser ends it: pulled out, or the permission taken back. */
  end() {
    this.readyState = "ended";
    this.onended?.();
  }
}

/** A machine with devices that can be plugged in and out, be busy or forbidden. */
class Machine {
  plugged: [Kind, string][] = [
    ["audioinput", "mic-1"],
    ["audioinput", "mic-2"],
    ["videoinput", "cam-1"],
    ["audiooutput", "ear-1"],
  ];
  refusal: string | null = null;
  busy = new Set<string>();
  opened: Track[] = [];
  asked: MediaStreamConstraints[] = [];
  gate: Promise<void> | null = null;
  private readonly listeners = new Set<() => void>();

  readonly media = {
    getUserMedia: async (constraints: MediaStreamConstraints) => {
      this.asked.push(constraints);
      await this.gate;
      if (this.refusal) throw new DOMException("", this.refusal);
      const kind: Kind = constraints.audio ? "audioinput" : "videoinput";
      const wanted = (constraints.audio || constraints.video) as MediaTrackConstraints;
      const exact = (wanted.deviceId as { exact: string } | undefined)?.exact;
      const ids = this.plugged.filter(([has]) => has === kind).map(([, id]) => id);
      if (exact && !ids.includes(exact)) throw new DOMException("", "OverconstrainedError");
      const id = exact ?? ids[0];
      if (!id) throw new DOMException("", "NotFoundError");
      if (this.busy.has(id)) throw new DOMException("", "NotReadableError");
      return this.stream(kind === "audioinput" ? "audio" : "video", id);
    },
    getDisplayMedia: async () => {
      if (this.refusal) throw new DOMException("", this.refusal);
      return this.stream("video", "screen");
    },
    enumerateDevices: async () => this.plugged.map(([kind, deviceId]) => ({ kind, deviceId, label: deviceId })),
    addEventListener: (_: string, act: () => void) => this.listeners.add(act),
    removeEventListener: (_: string, act: () => void) => this.listeners.delete(act),
  } as unknown as Media;

  pull(id: string): void {
    this.plugged = this.plugged.filter(([, has]) => has !== id);
  }

  change(): void {
    for (const act of this.listeners) act();
  }

  get listening(): number {
    return this.listeners.size;
  }

  private stream(kind: string, id: string) {
    const track = new Track(kind, id);
    this.opened.push(track);
    return { getTracks: () => [track], getVideoTracks: () => [track] };
  }
}

let machine: Machine;
let devices: Devices;
const settled = () => new Promise((done) => setTimeout(done));
const used = (track: MediaStreamTrack | null) => track?.getSettings().deviceId;

beforeEach(() => {
  localStorage.clear();
  machine = new Machine();
  devices = new Devices(machine.media);
});

describe("a device", () => {
  it("is asked for when it is turned on, and let go of when it is turned off", async () => {
    expect(machine.asked).toEqual([]);
    expect(await devices.turnOn("camera")).toBe(true);
    expect(devices.camera.value?.kind).toBe("video");
    devices.turnOff("camera");
    expect(devices.camera.value).toBeNull();
    expect(machine.opened[0]?.readyState).toBe("ended");
  });

  it("that was chosen is remembered, also by the next page", async () => {
    await devices.turnOn("microphone", "mic-2");
    devices.turnOff("microphone");
    const next = new Devices(machine.media);
    await next.turnOn("microphone");
    expect(used(next.microphone.value)).toBe("mic-2");
  });

  it("that was chosen and is not there any more is replaced by the machine's own", async () => {
    localStorage.setItem("twip.devices", JSON.stringify({ microphone: "mic-9" }));
    expect(await devices.turnOn("microphone")).toBe(true);
    expect(used(devices.microphone.value)).toBe("mic-1");
    expect(devices.problem.value).toBeNull();
  });

  it("gives way to the one that is chosen in its place", async () => {
    await devices.turnOn("microphone", "mic-1");
    await devices.turnOn("microphone", "mic-2");
    expect(machine.opened.map((track) => track.readyState)).toEqual(["ended", "live"]);
    expect(used(devices.microphone.value)).toBe("mic-2");
  });

  it("that is turned off while the browser asks does not come on", async () => {
    let allow = () => {};
    machine.gate = new Promise((done) => {
      allow = done;
    });
    const asked = devices.turnOn("camera");
    devices.turnOff("camera");
    allow();
    expect(await asked).toBe(false);
    expect(devices.camera.value).toBeNull();
    expect(machine.opened.map((track) => track.readyState)).toEqual(["ended"]);
  });

  it.each([
    ["NotAllowedError", "denied"],
    ["NotFoundError", "missing"],
    ["NotReadableError", "busy"],
  ])("that cannot be had (%s) is told as %s, until one is", async (name, trouble) => {
    machine.refusal = name;
    expect(await devices.turnOn("camera")).toBe(false);
    expect([devices.problem.value, devices.troubled.value]).toEqual([trouble, "camera"]);
    machine.refusal = null;
    await devices.turnOn("microphone");
    expect(devices.problem.value).toBe(trouble);
    await devices.turnOn("camera");
    expect([devices.problem.value, devices.troubled.value]).toEqual([null, null]);
  });

  it("is missing where the browser has none to give", async () => {
    const bare = new Devices(undefined);
    expect(await bare.turnOn("camera")).toBe(false);
    expect(bare.problem.value).toBe("missing");
    expect(await bare.list()).toEqual({ microphones: [], cameras: [], speakers: [] });
    expect(bare.canShareScreen).toBe(false);
    expect(await bare.shareScreen()).toBe(false);
  });
});

describe("a device that is pulled out", () => {
  it("is replaced by another one, and what was chosen stays remembered", async () => {
    await devices.turnOn("microphone", "mic-2");
    machine.pull("mic-2");
    machine.opened[0]?.end();
    await settled();
    expect(used(devices.microphone.value)).toBe("mic-1");
    expect(devices.problem.value).toBeNull();
    expect(JSON.parse(localStorage.getItem("twip.devices") ?? "")).toEqual({ microphone: "mic-2" });
  });

  it("is told when there is no other", async () => {
    await devices.turnOn("camera");
    machine.pull("cam-1");
    machine.opened[0]?.end();
    await settled();
    expect(devices.camera.value).toBeNull();
    expect([devices.problem.value, devices.troubled.value]).toEqual(["missing", "camera"]);
  });

  it("is noticed by the list of devices too, where its track does not end", async () => {
    await devices.turnOn("microphone", "mic-2");
    machine.pull("mic-2");
    machine.change();
    await settled();
    expect(used(devices.microphone.value)).toBe("mic-1");
    expect(machine.opened[0]?.readyState).toBe("ended");
  });

  it("is not replaced after it was turned off", async () => {
    await devices.turnOn("microphone", "mic-2");
    const ended = machine.opened[0]?.onended;
    devices.turnOff("microphone");
    machine.pull("mic-2");
    ended?.();
    machine.change();
    await settled();
    expect(devices.microphone.value).toBeNull();
  });

  it("does not disturb the others", async () => {
    await devices.turnOn("camera");
    machine.pull("mic-2");
    machine.change();
    await settled();
    expect(devices.camera.value).not.toBeNull();
    expect(devices.choices.value.microphones.map(({ id }) => id)).toEqual(["mic-1"]);
  });
});

it("a camera that only one can hold is given back before the other is opened", async () => {
  machine.plugged.push(["videoinput", "cam-2"]);
  await devices.turnOn("camera", "cam-1");
  machine.busy.add("cam-2");
  const first = machine.opened[0];
  const stop = vi.spyOn(first as Track, "stop").mockImplementation(() => {
    machine.busy.clear();
  });
  expect(await devices.turnOn("camera", "cam-2")).toBe(true);
  expect(stop).toHaveBeenCalled();
  expect(used(devices.camera.value)).toBe("cam-2");
});

describe("the screen", () => {
  it("is shared until it is stopped, here or by the browser's own button", async () => {
    expect(await devices.shareScreen()).toBe(true);
    machine.opened[0]?.end();
    expect(devices.screen.value).toBeNull();
    await devices.shareScreen();
    devices.stopScreen();
    expect(devices.screen.value).toBeNull();
    expect(machine.opened[1]?.readyState).toBe("ended");
  });

  it("that somebody thought better of sharing is no problem", async () => {
    machine.refusal = "NotAllowedError";
    expect(await devices.shareScreen()).toBe(false);
    expect(devices.problem.value).toBeNull();
    machine.refusal = "NotReadableError";
    await devices.shareScreen();
    expect([devices.problem.value, devices.troubled.value]).toEqual(["busy", "screen"]);
  });
});

describe("the speaker", () => {
  const element = (sink: (id: string) => Promise<void>) => ({ setSinkId: sink }) as unknown as HTMLMediaElement;

  it("that was chosen plays every element, and is remembered", async () => {
    const able = new Devices(machine.media);
    Object.assign(able, { canChooseSpeaker: true });
    const sink = vi.fn(async () => {});
    able.play(element(sink));
    await able.useSpeaker("ear-1");
    expect(sink.mock.calls).toEqual([[""], ["ear-1"]]);
    expect(new Devices(machine.media).speaker.value).toBe("ear-1");
    await able.useSpeaker(null);
    expect(new Devices(machine.media).speaker.value).toBeNull();
  });

  it("that is not there any more leaves the machine's own to play", async () => {
    const able = new Devices(machine.media);
    Object.assign(able, { canChooseSpeaker: true });
    const sink = vi.fn(async (id: string) => {
      if (id) throw new DOMException("", "NotFoundError");
    });
    const letGo = able.play(element(sink));
    await able.useSpeaker("ear-9");
    expect(sink).toHaveBeenLastCalledWith("");
    letGo();
    sink.mockClear();
    machine.change();
    await settled();
    expect(sink).not.toHaveBeenCalled();
  });

  it("is left alone where the browser cannot choose", async () => {
    const sink = vi.fn(async () => {});
    Object.assign(devices, { canChooseSpeaker: false });
    devices.play(element(sink));
    await devices.useSpeaker("ear-1");
    expect(sink).not.toHaveBeenCalled();
  });
});

it("closing lets everything go", async () => {
  await devices.turnOn("camera");
  await devices.turnOn("microphone");
  await devices.shareScreen();
  devices.close();
  expect(machine.opened.map((track) => track.readyState)).toEqual(["ended", "ended", "ended"]);
  expect(machine.listening).toBe(0);
});

it("a browser that keeps nothing still calls", async () => {
  const blocked = vi.spyOn(globalThis, "localStorage", "get").mockImplementation(() => {
    throw new DOMException("", "SecurityError");
  });
  const bare = new Devices(machine.media);
  expect(await bare.turnOn("camera", "cam-1")).toBe(true);
  blocked.mockRestore();
  localStorage.setItem("twip.devices", "nonsense");
  expect(await new Devices(machine.media).turnOn("microphone")).toBe(true);
});

describe("choosing", () => {
  it("shows each device once, by its own name, and an alias only where there is nothing else", () => {
    const found = (kind: Kind, deviceId: string) => ({ kind, deviceId, label: deviceId });
    const choices = choicesIn([
      found("audioinput", "default"),
      found("audioinput", "mic"),
      found("audiooutput", "default"),
    ]);
    expect(choices.microphones).toEqual([{ id: "mic", label: "mic" }]);
    expect(choices.speakers).toEqual([{ id: "default", label: "default" }]);
    expect(choices.cameras).toEqual([]);
  });

  it("goes on with another device, never with the one that is gone or one without a name", () => {
    expect(
      another("a", [
        { id: "a", label: "" },
        { id: "", label: "" },
        { id: "b", label: "" },
      ]),
    ).toBe("b");
    expect(another("a", [{ id: "a", label: "" }])).toBeNull();
    expect(another(undefined, [])).toBeNull();
  });

  it("takes a device for gone only when the list is known", () => {
    expect(hasLeft("a", [{ id: "b", label: "" }])).toBe(true);
    expect(hasLeft("a", [])).toBe(true);
    expect(hasLeft("a", [{ id: "a", label: "" }])).toBe(false);
    expect(hasLeft("a", [{ id: "", label: "" }])).toBe(false);
    expect(hasLeft("default", [{ id: "b", label: "" }])).toBe(false);
    expect(hasLeft(undefined, [])).toBe(false);
  });

  it("puts what the browser throws in three words", () => {
    expect(troubleIn(new DOMException("", "SecurityError"))).toBe("denied");
    expect(troubleIn(new DOMException("", "OverconstrainedError"))).toBe("missing");
    expect(troubleIn(new DOMException("", "AbortError"))).toBe("busy");
    expect(troubleIn("whatever")).toBe("busy");
  });
});

/** One side of a call, for tests in a browser: what it says goes to `relay`, which the test provides. */
import { effect } from "@preact/signals";
import { Devices } from "../../src/media/devices.ts";
import { MediaReports } from "../../src/media/media-reports.ts";
import { Peer } from "../../src/media/peer.ts";

const query = new URLSearchParams(location.search);
const hook = window as unknown as {
  relay: (data: unknown) => void;
  call: unknown;
  ready: boolean;
};

const ice = query.get("ice");
const peer = new Peer({
  polite: query.get("role") === "customer",
  iceServers: ice ? JSON.parse(ice) : [],
  send: (data) => hook.relay(data),
  ...(query.has("relay") ? { policy: "relay" as const } : {}),
});
const devices = new Devices();
const reports = new MediaReports({ read: () => peer.stats(), now: () => Date.now(), everyMs: 1_000 });
const states: string[] = [];
effect(() => {
  states.push(peer.connection.value);
});
effect(() => {
  const element = document.querySelector("video");
  if (element && peer.remote.value) element.srcObject = peer.remote.value;
});
effect(() => void peer.setTrack("audio", devices.microphone.value));
effect(() => void peer.setTrack("video", devices.camera.value));
effect(() => void peer.setTrack("screen", devices.screen.value));

hook.call = { peer, devices, reports, states };
hook.ready = true;

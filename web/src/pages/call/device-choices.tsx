/** Choosing and trying devices: while it rings, and in the dialog during a call. */
import { useEffect, useState } from "preact/hooks";
import { t } from "../../i18n/index.ts";
import type { Choice, Devices } from "../../media/devices.ts";
import { currentSession } from "../../session/current.ts";
import { ownDevices, releaseDevices } from "../../session/own-devices.ts";
import { testSound } from "../../session/tone.ts";
import { Button } from "../../ui/button.tsx";
import { Select, Switch } from "../../ui/field.tsx";
import { Banner } from "../../ui/notices.tsx";
import { Picture } from "./picture.tsx";

/** What is wrong with a device, and what to do. */
export function DeviceTrouble({ devices }: { devices: Devices }) {
  const [problem, troubled] = [devices.problem.value, devices.troubled.value];
  if (!problem || !troubled) return null;
  const again = () => void (troubled === "screen" ? devices.shareScreen() : devices.turnOn(troubled));
  return (
    <Banner tone="warn" act={<Button onPress={again}>{t().common.retry}</Button>}>
      {t().call.video.problem[problem][troubled]}
    </Banner>
  );
}

function named(choices: readonly Choice[], name: string): Array<readonly [string, string]> {
  return choices.map((it, n) => [it.id, it.label || `${name} ${n + 1}`] as const);
}

function SpeakerChoice({ devices, name }: { devices: Devices; name: string }) {
  const words = t().call.waiting;
  if (!devices.canChooseSpeaker || devices.choices.value.speakers.length === 0) return null;
  return (
    <Select
      label={name}
      value={devices.speaker.value ?? ""}
      options={[["", words.standard], ...named(devices.choices.value.speakers, name)]}
      onChange={(id) => void devices.useSpeaker(id || null)}
    />
  );
}

/** The customer's own side while it rings: all of it off until they turn it on (R48, R50). */
export function DevicesBeforeCall() {
  const [devices] = useState(ownDevices);
  const words = t().call.waiting;
  useEffect(() => {
    void devices.list();
    // What was turned on goes on in the session, if there is one.
    return () => {
      if (currentSession.peek() === null || currentSession.peek()?.over) releaseDevices();
    };
  }, []);
  const [microphone, camera] = [devices.microphone.value, devices.camera.value];
  return (
    <div class="stack">
      <SpeakerChoice devices={devices} name={words.speaker} />
      <Button onPress={() => void testSound(devices.speaker.value)}>{words.test}</Button>
      <DeviceTrouble devices={devices} />
      <div class="stack stack-s">
        <Switch
          label={words.microphone}
          on={microphone !== null}
          onChange={(on) => (on ? void devices.turnOn("microphone") : devices.turnOff("microphone"))}
        />
        <Switch
          label={words.camera}
          on={camera !== null}
          onChange={(on) => (on ? void devices.turnOn("camera") : devices.turnOff("camera"))}
        />
        {camera && <Picture class="gear-preview" track={camera} mirrored label={t().call.video.self} />}
        {!microphone && !camera && <p class="hint">{words.off}</p>}
      </div>
    </div>
  );
}

/** The dialog's contents during a call. A choice turns nothing on: what is off is not asked about (R48). */
export function DeviceChoices({ devices }: { devices: Devices }) {
  const words = t().call.video;
  useEffect(() => {
    void devices.list();
  }, []);
  const { microphones, cameras } = devices.choices.value;
  const [microphone, camera] = [devices.microphone.value, devices.camera.value];
  return (
    <>
      <DeviceTrouble devices={devices} />
      {microphone && (
        <Select
          label={words.microphoneChoice}
          value={microphone.getSettings().deviceId ?? ""}
          options={named(microphones, words.microphoneChoice)}
          onChange={(id) => void devices.turnOn("microphone", id)}
        />
      )}
      {camera && (
        <Select
          label={words.cameraChoice}
          value={camera.getSettings().deviceId ?? ""}
          options={named(cameras, words.cameraChoice)}
          onChange={(id) => void devices.turnOn("camera", id)}
        />
      )}
      {!microphone && !camera && <p class="small muted">{words.offDevices}</p>}
      <SpeakerChoice devices={devices} name={t().call.waiting.speaker} />
      <Button onPress={() => void testSound(devices.speaker.value)}>{t().call.waiting.test}</Button>
    </>
  );
}

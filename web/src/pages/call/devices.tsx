import { useEffect } from "preact/hooks";
import type { Choice, Devices } from "../../media/devices.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Select } from "../../ui/field.tsx";
import { t } from "../../words/index.ts";

/** Which microphone, camera and speaker are used. One that is in use is changed at once. */
export function DevicesDialog({ devices, onClose }: { devices: Devices; onClose: () => void }) {
  const words = t().call.devices;
  useEffect(() => void devices.list(), [devices]);
  const { microphones, cameras, speakers } = devices.choices.value;
  const used = (track: MediaStreamTrack | null) => track?.getSettings().deviceId ?? "";
  return (
    <Dialog title={words.title} onClose={onClose}>
      <Select
        label={words.microphone}
        value={used(devices.microphone.value)}
        options={options(microphones, words.standard, words.none)}
        onChange={(id) => id && void devices.turnOn("microphone", id)}
      />
      <Select
        label={words.camera}
        value={used(devices.camera.value)}
        options={options(cameras, words.standard, words.none)}
        onChange={(id) => id && void devices.turnOn("camera", id)}
      />
      {devices.canChooseSpeaker && (
        <Select
          label={words.speaker}
          value={devices.speaker.value ?? ""}
          options={options(speakers, words.standard, words.standard)}
          onChange={(id) => void devices.useSpeaker(id || null)}
        />
      )}
      {devices.problem.value && <p class="field-error">{words[devices.problem.value]}</p>}
      <Button look="primary" onPress={onClose}>
        {words.done}
      </Button>
    </Dialog>
  );
}

function options(choices: readonly Choice[], first: string, none: string): Array<[string, string]> {
  const named = choices
    .filter(({ id }) => id !== "")
    .map(({ id, label }, n): [string, string] => [id, label || `${n + 1}`]);
  return [["", named.length ? first : none], ...named];
}

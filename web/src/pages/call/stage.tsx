/** The pictures of a video session: the other side's, and one's own as the other sees it. */
import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../../i18n/index.ts";
import { otherGone, type Side } from "../../session/state.ts";
import type { VideoCall } from "../../session/video-call.ts";
import { Button } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Avatar } from "../../ui/person.tsx";
import type { SessionProps } from "./bar.tsx";
import { Picture } from "./picture.tsx";

/** What the other side sends, and what is to be known of it. */
export function Remote({ state, side, facts, call }: SessionProps & { call: VideoCall }) {
  const video = useRef<HTMLVideoElement>(null);
  const [mute, setMute] = useState(false);
  const { peer, devices } = call;
  const stream = peer.remote.value;
  const muted = peer.remoteMuted.value;
  const held = otherGone(state);
  const words = t().call.video;
  const { order } = facts;
  const play = () => {
    const element = video.current;
    if (!element?.srcObject) return;
    element.muted = false;
    element.play().then(
      () => setMute(false),
      (error: unknown) => {
        if (!(error instanceof DOMException) || error.name !== "NotAllowedError") return;
        // Without a click on the page the browser plays the picture only.
        setMute(true);
        element.muted = true;
        void element.play().catch(() => {});
      },
    );
  };
  useEffect(() => {
    const element = video.current;
    if (!element) return;
    element.srcObject = stream;
    play();
    return devices.play(element);
  }, [stream]);
  const picture = stream !== null && !muted.video && !held;
  const connection = peer.connection.value;
  const started = state.stage === "live" || state.stage === "pending";
  return (
    <>
      {/* biome-ignore lint/a11y/useMediaCaption: live talk has no captions; the chat beside it is there for whoever does not hear */}
      <video
        ref={video}
        class={`stage-video${muted.screen ? " stage-screen" : ""}${picture ? "" : " stage-dark"}`}
        aria-label={order.other_name}
        autoplay
        playsInline
        onLoadedMetadata={play}
      />
      {!picture && (
        <div class="stage-face">
          <Avatar id={side === "customer" ? order.performer_id : order.customer_id} name={order.other_name} size="xl" />
          {started && (connection === "connecting" || connection === "new") && <p>{words.connecting}</p>}
        </div>
      )}
      <p class="stage-top">
        <span class="chip">{order.other_name}</span>
        {stream && muted.audio && <Chip icon="mic-off">{words.muted}</Chip>}
        {stream && muted.video && !muted.screen && <Chip icon="video-off">{words.noCamera}</Chip>}
        {muted.screen && <Chip icon="monitor-up">{words.theirScreen}</Chip>}
        {connection === "troubled" && <Chip icon="wifi-off">{words.troubled}</Chip>}
        {connection === "connected" && peer.quality.value === "bad" && <Chip icon="wifi-off">{words.badNetwork}</Chip>}
      </p>
      {connection === "failed" && (
        <div class="stage-act" role="alert">
          <p>{words.failed}</p>
          <Button onPress={() => peer.restart()}>{t().common.retry}</Button>
        </div>
      )}
      {mute && connection !== "failed" && (
        <div class="stage-act stage-quiet">
          <Button icon="volume-x" onPress={play}>
            {words.playSound}
          </Button>
        </div>
      )}
    </>
  );
}

function Chip({ icon, children }: { icon: string; children: string }) {
  return (
    <span class="chip">
      <Icon name={icon} />
      {children}
    </span>
  );
}

/** One's own side, as the other sees it: the picture, or that there is none. */
export function Self(props: {
  microphone: MediaStreamTrack | null;
  camera: MediaStreamTrack | null;
  screen: MediaStreamTrack | null;
  side: Side;
  preview: boolean;
}) {
  const words = t().call.video;
  const shown = props.screen ?? props.camera;
  if (shown) {
    const performing = props.side === "performer" && props.preview;
    const note = props.screen ? words.sharing : performing ? words.preview : null;
    return (
      <div class="stage-self stage-seen">
        <Picture track={shown} mirrored={!props.screen} label={words.self} />
        {note && <p>{note}</p>}
      </div>
    );
  }
  return (
    <div class="stage-self">
      <p>
        <Icon name={props.microphone ? "mic" : "video-off"} />
        <span>
          {props.microphone ? words.heardOnly : props.side === "customer" ? words.unseen : words.unseenPerformer}
        </span>
      </p>
    </div>
  );
}

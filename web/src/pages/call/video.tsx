/** A video session (R40 to R50): the other person's face, the controls, and a chat beside it that costs nothing. */
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../../i18n/index.ts";
import { newestOfOther } from "../../session/chat.ts";
import type { CurrentSession } from "../../session/current-session.ts";
import { otherGone, type SessionState, type Side } from "../../session/state.ts";
import { VideoCall } from "../../session/video-call.ts";
import { socket } from "../../socket/socket.ts";
import { useMutation } from "../../state/query.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Icon } from "../../ui/icon.tsx";
import { LiveText } from "../../ui/live-text.tsx";
import { Banner, ProblemBanner } from "../../ui/notices.tsx";
import { Avatar } from "../../ui/person.tsx";
import { StatusBar, Troubles, useEnding, WaitingNote } from "./bar.tsx";
import { Composer, Log, useReading } from "./chat-log.tsx";
import { DeviceChoices, DeviceTrouble } from "./device-choices.tsx";
import type { Facts } from "./facts.ts";
import { Picture } from "./picture.tsx";

interface Props {
  session: CurrentSession;
  state: SessionState;
  side: Side;
  facts: Facts;
}

export function VideoSession(props: Props) {
  const { session } = props;
  const [call, setCall] = useState<VideoCall | null>(session.media instanceof VideoCall ? session.media : null);
  useEffect(() => {
    setCall(session.media instanceof VideoCall ? session.media : new VideoCall(session));
  }, [session]);
  return call && <Stage {...props} call={call} />;
}

function Stage(props: Props & { call: VideoCall }) {
  const { session, state, side, facts, call } = props;
  const { order } = facts;
  const { devices } = call;
  const ending = useEnding(props);
  const [dialog, setDialog] = useState<"devices" | "chat" | null>(null);
  const stage = useRef<HTMLElement>(null);
  const full = useFullScreen(stage);
  const words = t().call;
  const [microphone, camera, screen] = [devices.microphone.value, devices.camera.value, devices.screen.value];
  const unseen = useUnseen(session, side, dialog === "chat");
  const name = order.other_name;
  return (
    <div class="call">
      <h1 class="sr">{words.session.video(name)}</h1>
      <StatusBar {...props} />
      <div class="troubles">
        <Troubles {...props} />
        <BeforeClock {...props} />
        {devices.problem.value && <DeviceTrouble devices={devices} />}
      </div>
      <section class="stage" aria-label={words.video.stage[side]} ref={stage}>
        <Remote {...props} />
        <Self
          microphone={microphone}
          camera={camera}
          screen={screen}
          side={side}
          preview={state.stage === "answered"}
        />
      </section>
      <div class="controls" role="group" aria-label={words.video.controls}>
        <Control
          icon={microphone ? "mic" : "mic-off"}
          on={microphone !== null}
          onPress={() => (microphone ? devices.turnOff("microphone") : void devices.turnOn("microphone"))}
        >
          {words.video.mic}
        </Control>
        <Control
          icon={camera ? "video" : "video-off"}
          on={camera !== null}
          onPress={() => (camera ? devices.turnOff("camera") : void devices.turnOn("camera"))}
        >
          {words.video.camera}
        </Control>
        <Control icon="message-circle" small onPress={() => setDialog("chat")} count={unseen}>
          {words.video.chat}
        </Control>
        {devices.canShareScreen && (
          <Control
            icon="monitor-up"
            wide
            on={screen !== null}
            onPress={() => (screen ? devices.stopScreen() : void devices.shareScreen())}
          >
            {words.video.share}
          </Control>
        )}
        <Control icon="settings-2" onPress={() => setDialog("devices")}>
          {words.video.devices}
        </Control>
        <Control icon={full.on ? "minimize" : "maximize"} onPress={full.toggle}>
          {full.on ? words.video.leaveFull : words.video.full}
        </Control>
        <Control icon="phone-off" end busy={ending.busy} onPress={ending.press}>
          {words.end}
        </Control>
      </div>
      <SideChat {...props} shown={dialog !== "chat"} />
      {dialog === "devices" && (
        <Dialog title={words.video.devicesTitle} onClose={() => setDialog(null)}>
          <DeviceChoices devices={devices} />
          <Button look="primary" onPress={() => setDialog(null)}>
            {words.video.done}
          </Button>
        </Dialog>
      )}
      {dialog === "chat" && (
        <Dialog title={words.chat.title} onClose={() => setDialog(null)}>
          <ChatIn {...props} />
          <Button look="quiet" onPress={() => setDialog(null)}>
            {t().common.close}
          </Button>
        </Dialog>
      )}
      {ending.dialog}
    </div>
  );
}

/** Until the clock runs: the performer's start (R41), the customer's waiting, which costs nothing. */
function BeforeClock({ session, state, side, call }: Props & { call: VideoCall }) {
  const words = t().call.session;
  const start = useMutation(async () => {
    await socket.ask({ type: "session.start", session_id: session.sessionId });
  });
  const { microphone, camera, screen } = call.devices;
  const ready = microphone.value !== null || camera.value !== null || screen.value !== null;
  if (state.stage === "live") return null;
  if (state.stage === "pending") {
    return (
      <Banner tone="info">
        <WaitingNote state={state}>{words.pending[side]}</WaitingNote>
      </Banner>
    );
  }
  if (side === "customer") {
    return (
      <Banner tone="info">
        <WaitingNote state={state}>{words.waiting.customer.video}</WaitingNote>
      </Banner>
    );
  }
  return (
    <>
      <ProblemBanner problem={start.problem} />
      <Banner
        tone="info"
        act={
          <Button
            look="primary"
            icon="video"
            busy={start.busy}
            off={!ready}
            describedBy="start-why"
            onPress={() => start.run()}
          >
            {words.start}
          </Button>
        }
      >
        <span id="start-why">{ready ? words.waiting.performer.video : words.startNeeds}</span>
        {ready && <WaitingNote state={state}>{""}</WaitingNote>}
      </Banner>
    </>
  );
}

/** What the other side sends, and what is to be known of it. */
function Remote({ state, side, facts, call }: Props & { call: VideoCall }) {
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
function Self(props: {
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

function Control(props: {
  icon: string;
  children: ComponentChildren;
  onPress: () => void;
  on?: boolean;
  small?: boolean;
  wide?: boolean;
  end?: boolean;
  busy?: boolean;
  count?: number;
}) {
  return (
    <button
      type="button"
      class={`ctl${props.end ? " ctl-end" : ""}${props.wide ? " ctl-wide" : ""}${props.small ? " ctl-small" : ""}`}
      aria-pressed={props.on}
      aria-busy={props.busy || undefined}
      onClick={() => !props.busy && props.onPress()}
    >
      <Icon name={props.icon} />
      <span>{props.children}</span>
      {props.count ? (
        <span class="count count-quiet">
          <span aria-hidden="true">
            <LiveText>{String(props.count)}</LiveText>
          </span>
          <span class="sr">{t().call.video.newMessages(props.count)}</span>
        </span>
      ) : null}
    </button>
  );
}

function SideChat(props: Props & { shown: boolean }) {
  const words = t().call.chat;
  return (
    <aside class="card side-chat" aria-label={words.title}>
      <h2>{words.title}</h2>
      {props.shown && <ChatIn {...props} />}
    </aside>
  );
}

function ChatIn({ session, side }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const words = t().call.chat;
  const { behind, toEnd } = useReading(session, box);
  return (
    <div class="chat-in">
      <div class="chat-box">
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by the keyboard */}
        <div class="chat-scroll" ref={box} tabIndex={0}>
          <Log
            chat={session.conversation.chat.value}
            side={side}
            t0Ms={null}
            onRetry={(it) => session.conversation.retry(it)}
          >
            <p class="chat-note">{words.free}</p>
          </Log>
        </div>
        {behind && (
          <Button class="chat-newer" icon="chevron-down" onPress={toEnd}>
            {words.newer}
          </Button>
        )}
      </div>
      <Composer conversation={session.conversation} label={words.message} />
    </div>
  );
}

/** How many messages came since the chat was last looked at, or the page opened: it is behind a button on a small screen. */
function useUnseen(session: CurrentSession, side: Side, open: boolean): number {
  const seenMs = useRef(socket.now());
  if (open) seenMs.current = Math.max(seenMs.current, newestOfOther(session.conversation.chat.value, side));
  return session.conversation.chat.value.messages.filter((it) => it.author !== side && (it.atMs ?? 0) > seenMs.current)
    .length;
}

function useFullScreen(box: { current: HTMLElement | null }) {
  const [on, setOn] = useState(false);
  useEffect(() => {
    const look = () => setOn(document.fullscreenElement !== null);
    document.addEventListener("fullscreenchange", look);
    return () => document.removeEventListener("fullscreenchange", look);
  }, []);
  const toggle = () => {
    if (document.fullscreenElement) {
      void document.exitFullscreen();
      return;
    }
    const element = box.current?.closest<HTMLElement>(".call") ?? box.current;
    const video = box.current?.querySelector("video") as
      | (HTMLVideoElement & { webkitEnterFullscreen?: () => void })
      | null;
    if (element?.requestFullscreen) void element.requestFullscreen().catch(() => {});
    else video?.webkitEnterFullscreen?.();
  };
  return { on, toggle };
}

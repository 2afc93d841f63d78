/** A video session (R40 to R50): the other person's face, the controls, and a chat beside it that costs nothing. */
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../../i18n/index.ts";
import { newestOfOther } from "../../session/chat.ts";
import type { CurrentSession } from "../../session/current-session.ts";
import type { Side } from "../../session/state.ts";
import { VideoCall } from "../../session/video-call.ts";
import { socket } from "../../socket/socket.ts";
import { useMutation } from "../../state/query.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Icon } from "../../ui/icon.tsx";
import { LiveText } from "../../ui/live-text.tsx";
import { Banner, ProblemBanner } from "../../ui/notices.tsx";
import { type SessionProps, StatusBar, Troubles, useEnding, WaitingNote } from "./bar.tsx";
import { ChatBox, Composer } from "./chat-log.tsx";
import { DeviceChoices, DeviceTrouble } from "./device-choices.tsx";
import { Remote, Self } from "./stage.tsx";

export function VideoSession(props: SessionProps) {
  const { session } = props;
  const [call, setCall] = useState<VideoCall | null>(session.media instanceof VideoCall ? session.media : null);
  useEffect(() => {
    setCall(session.media instanceof VideoCall ? session.media : new VideoCall(session));
  }, [session]);
  return call && <Call {...props} call={call} />;
}

function Call(props: SessionProps & { call: VideoCall }) {
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
function BeforeClock({ session, state, side, call }: SessionProps & { call: VideoCall }) {
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

function SideChat(props: SessionProps & { shown: boolean }) {
  const words = t().call.chat;
  return (
    <aside class="card side-chat" aria-label={words.title}>
      <h2>{words.title}</h2>
      {props.shown && <ChatIn {...props} />}
    </aside>
  );
}

function ChatIn({ session, side }: SessionProps) {
  const words = t().call.chat;
  return (
    <div class="chat-in">
      <ChatBox session={session} side={side} t0Ms={null}>
        <p class="chat-note">{words.free}</p>
      </ChatBox>
      <Composer conversation={session.conversation} label={words.message} />
    </div>
  );
}

/** How many messages came since the chat was last looked at, or the page opened. On a small screen the chat is behind a button. */
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

/** A video session (R40 to R50): the other person's face, and beneath it what one's own machine sends. */
import { useSignal } from "@preact/signals";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Schemas } from "../../api/client.ts";
import { line } from "../../line/line.ts";
import { textFor } from "../../market/texts.ts";
import { useAct } from "../../state/query.ts";
import { pressStart } from "../../talk/desk.ts";
import { Stage } from "../../talk/stage.ts";
import type { Talk } from "../../talk/talk.ts";
import { Button } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Banner, ProblemBanner } from "../../ui/notices.tsx";
import { Avatar } from "../../ui/person.tsx";
import { lang, t } from "../../words/index.ts";
import { SessionBar, SessionNotice, type Terms } from "./bar.tsx";
import { ChatLog, Composer } from "./chat.tsx";
import { DevicesDialog } from "./devices.tsx";
import { EndDialog } from "./ending.tsx";

export function VideoSession({ talk, order, terms }: { talk: Talk; order: Schemas["OrderPage"]; terms: Terms }) {
  const [dialog, setDialog] = useState<"end" | "devices" | null>(null);
  const [chatting, setChatting] = useState(false);
  const stage = useMemo(() => new Stage(talk.sessionId, talk.side), [talk.sessionId]);
  useEffect(() => () => stage.close(), [stage]);
  const words = t().call;
  const title = textFor(order.title, lang());
  return (
    <div class="call" data-chatting={chatting}>
      <h1 class="sr">{`${words.title.video}: ${order.other_name}, ${title.text}`}</h1>
      <SessionBar talk={talk} terms={terms} />
      <div class="call-notice stack stack-s">
        <SessionNotice talk={talk} terms={terms} />
        {talk.side === "performer" && talk.phase !== "live" && <StartBanner stage={stage} talk={talk} />}
        <DeviceTrouble stage={stage} />
      </div>
      <Picture stage={stage} talk={talk} order={order} />
      <Controls
        stage={stage}
        onChat={() => setChatting(!chatting)}
        chatting={chatting}
        onDevices={() => setDialog("devices")}
        onEnd={() => setDialog("end")}
      />
      <aside class="card side-chat" aria-label={words.chat.title}>
        <h2>{words.chat.title}</h2>
        <ChatLog talk={talk} note={words.chat.free} />
        <Composer off={line.state.value !== "open"} />
      </aside>
      {dialog === "end" && <EndDialog talk={talk} onClose={() => setDialog(null)} />}
      {dialog === "devices" && <DevicesDialog devices={stage.devices} onClose={() => setDialog(null)} />}
    </div>
  );
}

/** The performer checks the picture and starts (R41); until then nothing of it goes out. */
function StartBanner({ stage, talk }: { stage: Stage; talk: Talk }) {
  const words = t().call.start;
  const { microphone, camera } = stage.devices;
  useEffect(() => {
    void stage.devices.turnOn("microphone").then(() => stage.devices.turnOn("camera"));
  }, [stage]);
  const start = useAct(async () => {
    await pressStart();
    stage.begin();
  });
  if (talk.phase === "pending") return <Banner tone="info">{words.waiting}</Banner>;
  const ready = microphone.value !== null || camera.value !== null;
  return (
    <>
      <ProblemBanner problem={start.problem} />
      <Banner
        tone="info"
        act={
          <Button look="primary" icon="video" busy={start.busy} off={!ready} onPress={start.run}>
            {words.go}
          </Button>
        }
      >
        <b>{words.head}</b> {ready ? words.text : words.need}
      </Banner>
    </>
  );
}

/** Permission refused, nothing plugged in, held by another program: in words, with the way out. */
function DeviceTrouble({ stage }: { stage: Stage }) {
  const { problem, troubled } = stage.devices;
  if (!problem.value) return null;
  const source = troubled.value;
  const retry = () => {
    if (source === "screen") void stage.devices.shareScreen();
    else if (source) void stage.devices.turnOn(source);
  };
  return (
    <Banner tone="warn" act={<Button onPress={retry}>{t().common.retry}</Button>}>
      {source && <b>{`${t().call.controls[source]}. `}</b>}
      {t().call.devices[problem.value]}
    </Banner>
  );
}

function Picture({ stage, talk, order }: { stage: Stage; talk: Talk; order: Schemas["OrderPage"] }) {
  const video = useRef<HTMLVideoElement>(null);
  const silenced = useSignal(false);
  const words = t().call.stage;
  const { remote, remoteMuted, connection, quality } = stage.peer;
  const stream = remote.value;
  const seen = stream !== null && !remoteMuted.value.video;
  const other = talk.side === "customer" ? order.performer_id : order.customer_id;
  useEffect(() => {
    const element = video.current;
    if (!element || element.srcObject === stream) return;
    element.srcObject = stream;
    if (stream) {
      element.play().catch(() => {
        // The browser wants a press before it plays sound.
        silenced.value = true;
      });
    }
  }, [stream]);
  useEffect(() => (video.current ? stage.devices.play(video.current) : undefined), [stage]);
  const state = connection.value;
  const notice =
    state === "failed"
      ? words.failed
      : state === "troubled"
        ? words.troubled
        : !stream
          ? talk.phase === "live"
            ? words.connecting
            : words.waiting(order.other_name)
          : null;
  return (
    <section class="stage" aria-label={words.label} id="stage">
      <video
        ref={video}
        class={seen ? "stage-video" : "stage-video stage-unseen"}
        playsInline
        autoPlay
        aria-label={words.of(order.other_name)}
      >
        <track kind="captions" />
      </video>
      {!seen && (
        <div class="stage-face">
          <Avatar id={other} name={order.other_name} size="xl" />
        </div>
      )}
      <p class="stage-top">
        <span class="chip">{order.other_name}</span>
        {quality.value === "bad" && state === "connected" && (
          <span class="chip">
            <Icon name="wifi-off" />
            {words.bad}
          </span>
        )}
        {stream && remoteMuted.value.audio && (
          <span class="chip">
            <Icon name="mic-off" />
            {words.theirSound}
          </span>
        )}
        {stream && remoteMuted.value.video && (
          <span class="chip">
            <Icon name="video-off" />
            {words.theirPicture}
          </span>
        )}
      </p>
      {notice && (
        <p class="stage-notice" role="status">
          <span class="chip">{notice}</span>
          {state === "failed" && <Button onPress={() => stage.peer.restart()}>{words.restart}</Button>}
        </p>
      )}
      {silenced.value && (
        <div class="stage-notice">
          <Button
            look="primary"
            onPress={() => {
              silenced.value = false;
              void video.current?.play();
            }}
          >
            {words.play}
          </Button>
        </div>
      )}
      <Self stage={stage} talk={talk} />
    </section>
  );
}

/** One's own picture, and in words what the other side gets of it (R48). */
function Self({ stage, talk }: { stage: Stage; talk: Talk }) {
  const video = useRef<HTMLVideoElement>(null);
  const words = t().call.stage;
  const { camera, microphone, screen } = stage.devices;
  const picture = screen.value ?? camera.value;
  useEffect(() => {
    if (video.current) video.current.srcObject = picture ? new MediaStream([picture]) : null;
  }, [picture]);
  const line =
    screen.value !== null
      ? words.screen
      : camera.value
        ? microphone.value
          ? null
          : words.seen
        : microphone.value
          ? words.heard
          : talk.side === "customer"
            ? words.hidden
            : t().call.start.need;
  return (
    <div class={picture ? "stage-self stage-self-video" : "stage-self"}>
      <video
        ref={video}
        class={`stage-mine${screen.value ? "" : " mirrored"}`}
        hidden={!picture}
        muted
        autoPlay
        playsInline
        aria-label={words.self}
      />
      {line && (
        <p>
          <Icon name={picture ? "mic-off" : "video-off"} />
          <span>{line}</span>
        </p>
      )}
    </div>
  );
}

function Controls(props: {
  stage: Stage;
  chatting: boolean;
  onChat: () => void;
  onDevices: () => void;
  onEnd: () => void;
}) {
  const { devices } = props.stage;
  const words = t().call.controls;
  const microphone = devices.microphone.value !== null;
  const camera = devices.camera.value !== null;
  const screen = devices.screen.value !== null;
  return (
    <div class="controls" role="toolbar" aria-label={words.label}>
      <Control
        icon={microphone ? "mic" : "mic-off"}
        name={words.microphone}
        on={microphone}
        onPress={() => (microphone ? devices.turnOff("microphone") : void devices.turnOn("microphone"))}
      />
      <Control
        icon={camera ? "video" : "video-off"}
        name={words.camera}
        on={camera}
        onPress={() => (camera ? devices.turnOff("camera") : void devices.turnOn("camera"))}
      />
      <Control icon="message-circle" name={words.chat} on={props.chatting} onPress={props.onChat} small />
      {devices.canShareScreen && (
        <Control
          icon="monitor-up"
          name={words.screen}
          on={screen}
          onPress={() => (screen ? devices.stopScreen() : void devices.shareScreen())}
          wide
        />
      )}
      <Control icon="settings-2" name={words.devices} onPress={props.onDevices} />
      <Control icon="maximize" name={words.full} onPress={toggleFull} />
      <button type="button" class="ctl ctl-end" onClick={props.onEnd}>
        <Icon name="phone-off" />
        <span>{words.end}</span>
      </button>
    </div>
  );
}

function Control(props: {
  icon: string;
  name: string;
  onPress: () => void;
  on?: boolean;
  small?: boolean;
  wide?: boolean;
}) {
  return (
    <button
      type="button"
      class="ctl"
      aria-pressed={props.on}
      data-small={props.small || undefined}
      data-wide={props.wide || undefined}
      onClick={props.onPress}
    >
      <Icon name={props.icon} />
      <span>{props.name}</span>
    </button>
  );
}

function toggleFull(): void {
  if (document.fullscreenElement) void document.exitFullscreen();
  else void document.getElementById("stage")?.requestFullscreen?.();
}

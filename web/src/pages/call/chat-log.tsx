/** The messages of a session and where they are written. */
import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { clock, day, t } from "../../i18n/index.ts";
import { unseen } from "../../i18n/seen.ts";
import { type Chat, logOf, MAX_CODE_POINTS, type Message, markOf } from "../../session/chat.ts";
import type { Conversation } from "../../session/conversation.ts";
import type { CurrentSession } from "../../session/current-session.ts";
import type { Side } from "../../session/state.ts";
import { Button } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Around } from "../../ui/live-text.tsx";
import { fieldWords } from "../../ui/notices.tsx";

const COUNTED = 300;

export function Log(props: {
  chat: Chat;
  side: Side;
  t0Ms: number | null;
  onRetry?: (message: Message) => void;
  children?: ComponentChildren;
}) {
  const words = t().call.chat;
  const today = day(Date.now());
  return (
    <div class="chat" role="log" aria-label={words.log}>
      {props.children}
      {logOf(props.chat, props.t0Ms, day).map((entry) => {
        if (entry.kind === "day") {
          const name = day(entry.atMs);
          return (
            <p class="chat-note" key={`day ${entry.atMs}`}>
              {name === today ? words.today : name}
            </p>
          );
        }
        if (entry.kind === "clock") {
          return (
            <p class="chat-note" key="clock">
              <Icon name="clock" />
              {words.clock(clock(entry.atMs))}
            </p>
          );
        }
        const { message } = entry;
        return <Bubble key={`${message.author} ${message.clientId}`} {...props} message={message} />;
      })}
    </div>
  );
}

function Bubble(props: { chat: Chat; side: Side; message: Message; onRetry?: (message: Message) => void }) {
  const { chat, message, onRetry } = props;
  const words = t().call.chat;
  const mine = message.author === props.side;
  const mark = markOf(chat, message);
  const time =
    message.atMs === null ? null : <time dateTime={new Date(message.atMs).toISOString()}>{clock(message.atMs)}</time>;
  if (!mine) {
    return (
      <div class="msg">
        <p class="msg-text">{message.text}</p>
        <footer>{time}</footer>
      </div>
    );
  }
  return (
    <div class={mark === "failed" ? "msg msg-me msg-fail" : "msg msg-me"}>
      <p class="msg-text">{message.text}</p>
      <footer>
        {time}
        {mark === "failed" ? (
          <>
            <Icon name="circle-alert" />
            {words.failed} {message.fault && fieldWords(message.fault)}{" "}
            {onRetry && (
              <button
                type="button"
                class="link"
                onClick={(event) => {
                  // The button goes with its message; who mends it goes on in the field.
                  const place = event.currentTarget.closest("dialog, .side-chat, .text-page");
                  onRetry(message);
                  if (message.fault) place?.querySelector("textarea")?.focus();
                }}
              >
                {message.fault ? words.mend : words.retry}
              </button>
            )}
          </>
        ) : (
          <>
            <Icon name={mark === "sending" ? "clock" : mark === "read" ? "check-check" : "check"} />
            <span class="sr">{words[mark]}</span>
          </>
        )}
      </footer>
    </div>
  );
}

/** The messages of a session under way, in a box that scrolls. `children`: what stands above the first one. */
export function ChatBox(props: {
  session: CurrentSession;
  side: Side;
  t0Ms: number | null;
  children: ComponentChildren;
}) {
  const { session, side, t0Ms, children } = props;
  const { conversation } = session;
  const box = useRef<HTMLDivElement>(null);
  const { behind, toEnd } = useReading(session, box);
  return (
    <div class="chat-box">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by the keyboard */}
      <div class="chat-scroll" ref={box} tabIndex={0}>
        <Log chat={conversation.chat.value} side={side} t0Ms={t0Ms} onRetry={(it) => conversation.retry(it)}>
          {children}
        </Log>
      </div>
      {behind && (
        <Button class="chat-newer" icon="chevron-down" onPress={toEnd}>
          {t().call.chat.newer}
        </Button>
      )}
    </div>
  );
}

/** Enter sends, Shift with Enter begins a new line. */
export function Composer({ conversation, label }: { conversation: Conversation; label: string }) {
  const text = conversation.draft.value;
  const setText = (typed: string) => {
    conversation.draft.value = typed;
  };
  const field = useRef<HTMLTextAreaElement>(null);
  const words = t().call.chat;
  const left = MAX_CODE_POINTS - [...text.trim()].length;
  useLayoutEffect(() => {
    const element = field.current;
    if (!element) return;
    element.style.height = "auto";
    element.style.height = `${element.scrollHeight + 2}px`;
  }, [text]);
  const send = () => {
    const said = text.trim();
    if (unseen(said) || left < 0) return;
    conversation.say(said);
    setText("");
    field.current?.focus();
  };
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <label class="grow composer-field">
        <span class="sr">{words.message}</span>
        <textarea
          ref={field}
          class="input"
          rows={1}
          value={text}
          placeholder={label}
          aria-invalid={left < 0 || undefined}
          onInput={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
            event.preventDefault();
            send();
          }}
        />
        {left < COUNTED && (
          <span
            class={left < 0 ? "hint composer-left over" : "hint composer-left"}
            role={left < 0 ? "alert" : undefined}
          >
            {left < 0 ? (
              fieldWords({ field: "text", code: "too_long", limit: MAX_CODE_POINTS })
            ) : (
              <Around words={words.leftToType} live={String(left)} />
            )}
          </span>
        )}
      </label>
      <Button look="primary" submit class="btn-send" label={words.send}>
        <Icon name="send" />
      </Button>
    </form>
  );
}

/**
 * Keeps the end of the log in sight while the reader is there. Whoever reads further up stays there, and is told of what is new. What is
 * seen is told to the other side as read.
 */
function useReading(session: CurrentSession, box: { current: HTMLElement | null }) {
  const [behind, setBehind] = useState(false);
  const atEnd = useRef(true);
  const { messages } = session.conversation.chat.value;
  const toEnd = () => {
    const element = box.current;
    if (element) element.scrollTop = element.scrollHeight;
  };
  const read = () => {
    // On a small screen the chat beside a video is not drawn at all.
    const drawn = box.current !== null && box.current.getClientRects().length > 0;
    if (drawn && atEnd.current && !document.hidden && document.hasFocus()) session.conversation.markRead();
  };
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const look = () => {
      atEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < 48;
      if (!atEnd.current) return;
      setBehind(false);
      read();
    };
    const grown = new ResizeObserver(() => atEnd.current && toEnd());
    grown.observe(element);
    element.addEventListener("scroll", look, { passive: true });
    document.addEventListener("visibilitychange", read);
    addEventListener("focus", read);
    return () => {
      grown.disconnect();
      element.removeEventListener("scroll", look);
      document.removeEventListener("visibilitychange", read);
      removeEventListener("focus", read);
    };
  }, [session]);
  useLayoutEffect(() => {
    const last = messages.at(-1);
    if (atEnd.current || last?.delivery === "sending") toEnd();
    else if (last) setBehind(true);
    read();
  }, [messages, session.state.value.stage, session.conversation.joins.value]);
  return { behind, toEnd };
}

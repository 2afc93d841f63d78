/** The conversation: the whole of a text session, and beside a video. */
import { useEffect, useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Chat, Message } from "../../talk/chat.ts";
import { chat, markRead, say } from "../../talk/desk.ts";
import type { Talk } from "../../talk/talk.ts";
import { Icon } from "../../ui/icon.tsx";
import { clock, t } from "../../words/index.ts";

const LONGEST = 4000;
/** This near to the end one is reading the newest. */
const NEAR_PX = 120;

/** The log, with a line where the clock started (R51). */
export function ChatLog({ talk, note }: { talk: Talk; note?: string }) {
  const box = useRef<HTMLElement>(null);
  const atEnd = useRef(true);
  const said = chat.value;
  const words = t().call.chat;
  useLayoutEffect(() => {
    if (atEnd.current) box.current?.lastElementChild?.scrollIntoView({ block: "nearest" });
  }, [said.length, talk.t0Ms]);
  useEffect(() => {
    markRead();
    document.addEventListener("visibilitychange", markRead);
    return () => document.removeEventListener("visibilitychange", markRead);
  }, [said]);
  const { before, since } = parts(said, talk.t0Ms);
  const started = talk.t0Ms !== null && (
    <p class="chat-note">
      <Icon name="clock" />
      {(talk.mode === "text" ? words.clock : words.clockVideo)(clock(talk.t0Ms))}
    </p>
  );
  return (
    <section
      ref={box}
      class="chat"
      role="log"
      aria-label={words.log}
      // A keyboard scrolls it too.
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable
      tabIndex={0}
      onScroll={({ currentTarget: it }) => {
        atEnd.current = it.scrollHeight - it.scrollTop - it.clientHeight < NEAR_PX;
      }}
    >
      {note && <p class="chat-note">{note}</p>}
      {said.length === 0 && talk.mode === "text" && <p class="chat-note">{words.empty[talk.side]}</p>}
      {before.map((it) => (
        <Bubble key={it.author + it.clientId} message={it} mine={it.author === talk.side} />
      ))}
      {started}
      {since.map((it) => (
        <Bubble key={it.author + it.clientId} message={it} mine={it.author === talk.side} />
      ))}
    </section>
  );
}

function parts(said: Chat, t0Ms: number | null) {
  if (t0Ms === null) return { before: said, since: [] };
  return { before: said.filter((it) => it.atMs <= t0Ms), since: said.filter((it) => it.atMs > t0Ms) };
}

function Bubble({ message, mine }: { message: Message; mine: boolean }) {
  const words = t().call.chat;
  const failed = message.state === "failed";
  return (
    <div class={`msg${mine ? " msg-me" : ""}${failed ? " msg-fail" : ""}`}>
      <p class="msg-text">{message.text}</p>
      <footer>
        {failed ? (
          <>
            <Icon name="circle-alert" />
            {words.failed}{" "}
            <button type="button" class="link" onClick={() => void say(message.text, message.clientId)}>
              {words.again}
            </button>
          </>
        ) : (
          <>
            {clock(message.atMs)}
            {mine && message.state !== "sending" && <Icon name={message.state === "read" ? "check-check" : "check"} />}
            {mine && <span class="sr">{words[message.state as "sending" | "sent" | "read"]}</span>}
          </>
        )}
      </footer>
    </div>
  );
}

/** Enter sends, Shift+Enter begins a line. What was typed stays until it is sent. */
export function Composer({ off }: { off: boolean }) {
  const [text, setText] = useState("");
  const field = useRef<HTMLTextAreaElement>(null);
  const id = useId();
  const words = t().call.chat;
  const over = text.length - LONGEST;
  const send = () => {
    if (off || !text.trim() || over > 0) return;
    void say(text.trim());
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
      <label class="sr" for={id}>
        {words.placeholder}
      </label>
      <div class="grow stack stack-s">
        <textarea
          ref={field}
          class="input"
          id={id}
          rows={Math.min(5, text.split("\n").length)}
          placeholder={words.placeholder}
          value={text}
          disabled={off}
          aria-invalid={over > 0 || undefined}
          onInput={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
            event.preventDefault();
            send();
          }}
        />
        {over > 0 && <span class="field-error">{words.tooLong(over)}</span>}
      </div>
      <button type="submit" class="btn btn-primary btn-send" aria-label={words.send} disabled={off}>
        <Icon name="send" />
      </button>
    </form>
  );
}

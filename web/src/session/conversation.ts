/** What the two write to each other in a session, and the message that is being written here. */
import { effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { answered, api, type Schemas } from "../api/client.ts";
import { asProblem } from "../api/problem.ts";
import { type ServerFrame, socket } from "../socket/socket.ts";
import { keepUnsaved, unsavedOf } from "../state/unsaved.ts";
import * as log from "./chat.ts";
import { awaitsClock, type SessionState } from "./state.ts";

export class Conversation {
  readonly chat = signal<log.Chat>(log.NO_CHAT);
  /** Kept when its field is closed, and when the page is loaded anew. */
  readonly draft: Signal<string>;
  /** Rises when a page has joined anew, which does not know how far the other one has read. */
  readonly joins = signal(0);
  /** Stops keeping the draft. */
  readonly close: () => void;

  private readSentMs = 0;
  private sending: Promise<unknown> = Promise.resolve();

  constructor(private readonly state: ReadonlySignal<SessionState>) {
    const kept = `draft.${this.sessionId}`;
    this.draft = signal(unsavedOf<string>(kept)?.value ?? "");
    this.close = effect(() => keepUnsaved(kept, this.draft.value ? { base: 0, value: this.draft.value } : null));
  }

  /** Sends a message, or one that failed once more. */
  say(text: string, clientId: string = crypto.randomUUID()): void {
    const { side } = this.state.value;
    if (side === null) return;
    this.chat.value = log.typed(this.chat.value, side, clientId, text);
    const send = () =>
      socket
        .ask<"chat.message">({ type: "chat.send", session_id: this.sessionId, client_id: clientId, text })
        .catch((error: unknown) => {
          this.chat.value = log.failed(this.chat.value, side, clientId, asProblem(error).fields[0]);
        });
    // One after another, so that none overtakes the one before.
    this.sending = this.sending.then(send);
  }

  /** A message that was lost goes once more; one that was refused goes back to where it was written. */
  retry(message: log.Message): void {
    if (!message.fault) {
      this.say(message.text, message.clientId);
      return;
    }
    this.chat.value = log.dropped(this.chat.value, message);
    this.draft.value = [message.text, this.draft.value].filter(Boolean).join("\n");
  }

  /** The other side's messages are before the reader's eyes. */
  markRead(): void {
    const state = this.state.value;
    if (state.side === null || !(awaitsClock(state) || state.stage === "live")) return;
    const newest = log.newestOfOther(this.chat.value, state.side);
    if (newest <= this.readSentMs) return;
    this.readSentMs = newest;
    socket.say({ type: "chat.read", session_id: this.sessionId, up_to_ms: newest });
  }

  hear(frame: ServerFrame): void {
    switch (frame.type) {
      case "chat.message":
        this.chat.value = log.told(this.chat.value, frame);
        return;
      case "chat.read":
        this.chat.value = log.readUpTo(this.chat.value, frame.up_to_ms);
        return;
      case "session.resumed":
        if (frame.re === undefined) this.readAnew();
    }
  }

  /** After a return: the other page may have missed how far this one has read, and this one what was said meanwhile. */
  renew(): void {
    this.readAnew();
    void this.recall();
  }

  private get sessionId(): string {
    return this.state.peek().sessionId;
  }

  private readAnew(): void {
    this.readSentMs = 0;
    this.joins.value += 1;
  }

  /** Reads what was said before. What cannot be read now is read after the next return. */
  private async recall(): Promise<void> {
    try {
      for (let cursor: string | undefined, more = true; more; ) {
        const page: Schemas["MessageViewPage"] = await answered(
          api.GET("/sessions/{session_id}/transcript", {
            params: { path: { session_id: this.sessionId }, query: { limit: 100, ...(cursor && { cursor }) } },
          }),
        );
        this.chat.value = log.recalled(this.chat.value, page.items);
        cursor = page.next_cursor ?? undefined;
        more = cursor !== undefined;
      }
    } catch {
      // The frames keep telling.
    }
  }
}

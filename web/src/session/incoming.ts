/**
 * Ringing as the shell hears it. It is acknowledged at once, whatever the page is doing (D7), and shown by a part that the first call
 * loads.
 */
import { effect, signal } from "@preact/signals";
import { titleCount } from "../shell/page.tsx";
import { socket } from "../socket/socket.ts";
import { type Ringing, ring, SILENCE } from "./ringing.ts";

export const ringing = signal<Ringing>(SILENCE);
/** Whether the list behind the badge is open. */
export const listOpen = signal(false);

/** Hears calls from now on, for as long as the page lives. */
export function watchCalls(): void {
  socket.listen((frame) => {
    if (frame.type === "call.incoming") socket.say({ type: "call.ringing", session_id: frame.session_id });
    ringing.value = ring(ringing.peek(), frame);
  });
  effect(() => {
    // Once the socket is open again, the service tells anew what rings.
    if (socket.state.value === "lost" || socket.state.value === "closed") ringing.value = SILENCE;
  });
  effect(() => {
    titleCount.value = ringing.value.count;
    if (ringing.value.count === 0) listOpen.value = false;
  });
}

/** Ringing as the shell hears it: acknowledged at once, whatever the page is doing (D7); shown by a part that is loaded with the first call. */
import { effect, signal } from "@preact/signals";
import { line } from "../line/line.ts";
import { titleCount } from "../shell/page.tsx";
import { type Ringing, ring, SILENCE } from "./ringing.ts";

export const ringing = signal<Ringing>(SILENCE);
/** Whether the list behind the badge is open. */
export const listOpen = signal(false);

line.listen((frame) => {
  if (frame.type === "call.incoming") line.say({ type: "call.ringing", session_id: frame.session_id });
  ringing.value = ring(ringing.peek(), frame);
});

effect(() => {
  // Who is back on the line is told anew what rings.
  if (line.state.value === "lost" || line.state.value === "closed") ringing.value = SILENCE;
});

effect(() => {
  titleCount.value = ringing.value.count;
  if (ringing.value.count === 0) listOpen.value = false;
});

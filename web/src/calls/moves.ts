/** Answering and declining, from any tab (D6). */
import { line } from "../line/line.ts";
import { enter } from "../talk/desk.ts";
import type { Incoming } from "./incoming.ts";
import { stop } from "./incoming.ts";

/** The first to answer wins. Answers the path of the session's page. Throws Problem. */
export async function answer(call: Incoming): Promise<string> {
  const found = await line.ask<"call.answered">({ type: "call.answer", session_id: call.sessionId });
  enter(call.sessionId, "performer", call.mode, found.until_ms, found.ice_servers);
  stop(call.sessionId);
  return `/session/${call.sessionId}`;
}

/** Says no; it costs nobody anything. */
export async function decline(call: Incoming): Promise<void> {
  await line.ask({ type: "call.decline", session_id: call.sessionId });
  stop(call.sessionId);
}

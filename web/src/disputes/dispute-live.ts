/** What the service tells of a dispute while its page is open. */
import { useEffect, useRef } from "preact/hooks";
import { socket } from "../socket/socket.ts";

/** Calls `act` whenever the dispute has changed; without an id, whenever any has. */
export function useDisputeUpdates(act: () => void, id?: string): void {
  const latest = useRef(act);
  latest.current = act;
  useEffect(
    () =>
      socket.on("dispute.updated", ({ dispute_id }) => {
        if (id === undefined || dispute_id === id) latest.current();
      }),
    [id],
  );
}

/** A top-up until the provider has said: asked about now and then, and at once when the account moves. */
import { useEffect } from "preact/hooks";
import { answered, api, type Schemas } from "../api/client.ts";
import { socket } from "../socket/socket.ts";
import { useFresh } from "../state/fresh.ts";
import { refreshAccount } from "../state/me.ts";
import { type Query, useQuery } from "../state/query.ts";

const ASKED_MS = 3_000;
/** Who has not paid within two minutes is asked about less often; the frame comes at once all the same. */
const PATIENCE_MS = 120_000;
const LATER_ASKED_MS = 15_000;

export function useTopUp(id: string): Query<Schemas["TopUpView"]> {
  const found = useQuery(
    () => answered(api.GET("/account/topups/{topup_id}", { params: { path: { topup_id: id } } })),
    [id],
  );
  const state = found.data?.state;
  const settled = state === "paid" || state === "failed";
  const young = !found.data || Date.now() - Date.parse(found.data.created_at) < PATIENCE_MS;
  useFresh(settled ? () => {} : found.reload, settled ? undefined : young ? ASKED_MS : LATER_ASKED_MS);
  useEffect(() => (settled ? undefined : socket.on("balance", found.reload)), [settled]);
  useEffect(() => {
    if (state === "paid") void refreshAccount();
  }, [state]);
  return found;
}

/** What a session's page shows beside what the frames tell. */
import { answered, api, type Schemas } from "../../api/client.ts";
import { type Consulted, consulted } from "../../market/order-rules.ts";

export interface Facts {
  session: Schemas["SessionView"];
  order: Consulted<Schemas["OrderPage"]>;
  /** 900 s but in a deployment for demonstrations. */
  blockMs: number;
}

let block: Promise<number> | null = null;

/** Throws Problem. */
export async function factsOf(sessionId: string): Promise<Facts> {
  block ??= answered(api.GET("/health")).then((health) => health.block_seconds * 1000);
  block.catch(() => {
    block = null;
  });
  const session = await answered(api.GET("/sessions/{session_id}", { params: { path: { session_id: sessionId } } }));
  const path = { order_id: session.order_id };
  const [order, blockMs] = await Promise.all([answered(api.GET("/orders/{order_id}", { params: { path } })), block]);
  if (!consulted(order)) throw new Error(`order ${order.id} has a session and is of no consultation`);
  return { session, order, blockMs };
}

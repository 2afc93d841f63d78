/** Where the goods of an order are read and fetched: by a side of it, or by whoever decides a dispute about it (R77, R84, D26). */
import { answered, api, type Schemas } from "../api/client.ts";

export interface GoodsSource {
  read: () => Promise<Schemas["GoodsView"]>;
  /** The address of a file, good for minutes. */
  link: (fileId: string) => Promise<string>;
}

/** For the two sides. What the customer is given is counted. */
export function goodsOf(orderId: string): GoodsSource {
  const path = { order_id: orderId };
  return {
    read: () => answered(api.GET("/orders/{order_id}/goods", { params: { path } })),
    link: async (file_id) => {
      const params = { path: { ...path, file_id } };
      return (await answered(api.POST("/orders/{order_id}/goods/{file_id}/link", { params }))).url;
    },
  };
}

/** For those who decide; each reading is logged. */
export function goodsAtDesk(disputeId: string): GoodsSource {
  const path = { dispute_id: disputeId };
  return {
    read: () => answered(api.GET("/admin/disputes/{dispute_id}/goods", { params: { path } })),
    link: async (file_id) => {
      const params = { path: { ...path, file_id } };
      return (await answered(api.POST("/admin/disputes/{dispute_id}/goods/{file_id}/link", { params }))).url;
    },
  };
}

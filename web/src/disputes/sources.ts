/** Where the parts of a dispute read: a side and whoever decides have the same of it, each by addresses of their own. */
import { answered, api, type Schemas } from "../api/client.ts";
import { type GoodsSource, goodsAtDesk, goodsOf } from "../files/goods-source.ts";

interface Page<T> {
  items: T[];
  next_cursor: string | null;
}
type Cursor = string | undefined;

export interface DisputeSource {
  entries: (cursor: Cursor) => Promise<Page<Schemas["DisputeEntry"]>>;
  evidence: () => Promise<Schemas["EvidenceView"]>;
  /** What was written in the disputed session, newest first. */
  transcript: (cursor: Cursor) => Promise<Page<Schemas["MessageView"]>>;
  /** What both pages of it reported, newest first. */
  media: (cursor: Cursor) => Promise<Page<Schemas["MediaReportView"]>>;
  /** What was written and done in the order itself, newest first; of a kind that keeps a thread. */
  order: (cursor: Cursor) => Promise<Page<Schemas["ThreadEntry"]>>;
  /** The address of a file of the dispute. */
  file: (id: string) => Promise<string>;
  /** And of one of its order. */
  orderFile: (id: string) => Promise<string>;
  /** The goods that an order of files has, and how often its customer was given a link to each. */
  goods: GoodsSource;
}

const PAGE = 50;
const paged = (cursor: Cursor) => ({ limit: PAGE, ...(cursor ? { cursor } : {}) });

/** For the two sides. */
export function ofSide(dispute: Pick<Schemas["DisputeCard"], "id" | "order_id" | "session_id">): DisputeSource {
  const path = { dispute_id: dispute.id };
  const session = { session_id: dispute.session_id ?? "" };
  const order = { order_id: dispute.order_id };
  return {
    entries: (cursor) =>
      answered(api.GET("/disputes/{dispute_id}/messages", { params: { path, query: paged(cursor) } })),
    evidence: () => answered(api.GET("/disputes/{dispute_id}/evidence", { params: { path } })),
    transcript: (cursor) =>
      answered(api.GET("/sessions/{session_id}/transcript", { params: { path: session, query: paged(cursor) } })),
    media: (cursor) =>
      answered(api.GET("/sessions/{session_id}/media", { params: { path: session, query: paged(cursor) } })),
    order: (cursor) =>
      answered(api.GET("/orders/{order_id}/thread", { params: { path: order, query: paged(cursor) } })),
    file: async (attachment_id) => {
      const params = { path: { ...path, attachment_id } };
      return (await answered(api.GET("/disputes/{dispute_id}/attachments/{attachment_id}", { params }))).url;
    },
    orderFile: async (attachment_id) => {
      const params = { path: { ...order, attachment_id } };
      return (await answered(api.GET("/orders/{order_id}/attachments/{attachment_id}", { params }))).url;
    },
    goods: goodsOf(dispute.order_id),
  };
}

/** For those who decide; each reading is logged. */
export function ofDesk(dispute: Pick<Schemas["DisputeCard"], "id">): DisputeSource {
  const path = { dispute_id: dispute.id };
  const file = async (attachment_id: string) => {
    const params = { path: { ...path, attachment_id } };
    return (await answered(api.GET("/admin/disputes/{dispute_id}/attachments/{attachment_id}", { params }))).url;
  };
  return {
    entries: (cursor) =>
      answered(api.GET("/admin/disputes/{dispute_id}/messages", { params: { path, query: paged(cursor) } })),
    evidence: () => answered(api.GET("/admin/disputes/{dispute_id}/evidence", { params: { path } })),
    transcript: (cursor) =>
      answered(api.GET("/admin/disputes/{dispute_id}/transcript", { params: { path, query: paged(cursor) } })),
    media: (cursor) =>
      answered(api.GET("/admin/disputes/{dispute_id}/media", { params: { path, query: paged(cursor) } })),
    order: (cursor) =>
      answered(api.GET("/admin/disputes/{dispute_id}/order", { params: { path, query: paged(cursor) } })),
    file,
    orderFile: file,
    goods: goodsAtDesk(dispute.id),
  };
}

/** Disputes and their entries, as the service would answer. */
import type { Schemas } from "../../src/api/client.ts";

export type Page = Schemas["DisputePage"];
export type Entry = Schemas["DisputeEntry"];

export const rub = (amount_minor: number) => ({ amount_minor, currency: "RUB" });

export function split(back: number, part: number): Schemas["SplitView"] {
  return { to_customer: rub(back), to_performer: rub(part) };
}

const PAGE: Page = {
  id: "o1-d1",
  order_id: "o1",
  session_id: null,
  kind: "work",
  title: { en: "A repertoire", ru: "Репертуар" },
  phase: "answer",
  deadline: { name: "answer", due_at: "2026-12-03T10:00:00.000Z" },
  amount: rub(100_000),
  in_escrow: rub(100_000),
  opened_by: "customer",
  role: "customer",
  customer_name: "Vera",
  performer_name: "Pavel",
  arbiter_name: null,
  mine: false,
  acts: [],
  awaited: [],
  proposal: null,
  outcome: null,
  unread: 0,
  created_at: "2026-11-30T10:00:00.000Z",
  ended_at: null,
  files_left: 10,
  money: null,
};

export function dispute(changes: Partial<Page> = {}): Page {
  return { ...PAGE, ...changes };
}

let made = 0;

export function entry(act: Entry["act"], by: Entry["by"], changes: Partial<Entry> = {}): Entry {
  made += 1;
  return {
    id: `e${made}`,
    by,
    at: "2026-11-30T10:00:00.000Z",
    act,
    phase: "arbitration",
    text: "",
    attachments: [],
    asked: [],
    split: null,
    proposal: null,
    keeps_goods: null,
    ...changes,
  };
}

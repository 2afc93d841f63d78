/** What each kind of order shows of itself: one row a kind, under the name that the service gives it. */
import type { FunctionComponent } from "preact";
import type { Schemas } from "../../api/client.ts";
import type { Query } from "../../state/query.ts";
import { CONSULTATION } from "./consultation.tsx";
import { FILES } from "./files.tsx";
import { WORK } from "./work.tsx";

type Card = Schemas["OrderCard"];
type Page = Schemas["OrderPage"];

export interface OrderKind {
  /** What was bought, in a word with an icon. */
  Name: FunctionComponent<{ order: Card }>;
  /** In a list: how it stands, beside the state. */
  Standing: FunctionComponent<{ order: Card }>;
  /** In a list: the price and what it is for. */
  Price: FunctionComponent<{ order: Card }>;
  /** In a list: the one button, or why there is none. */
  Way: FunctionComponent<{ order: Card }>;
  /** Its page below the heading: what can be done, and what has happened. */
  Whole: FunctionComponent<{ order: Page; query: Query<Page> }>;
}

export const KINDS: Record<string, OrderKind> = { consultation: CONSULTATION, work: WORK, files: FILES };

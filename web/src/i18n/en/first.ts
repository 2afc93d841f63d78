/** What the first page says, and what every page may: calls that ring, refusals. */
import { calling } from "./calling.ts";
import { common } from "./common.ts";
import { find } from "./find.ts";
import { problems } from "./problems.ts";
import { reviews } from "./reviews.ts";

export const first = { call: calling, common, find, problems, reviews };
export type FirstWords = typeof first;

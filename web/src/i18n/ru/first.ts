import type { FirstWords } from "../en/first.ts";
import { calling } from "./calling.ts";
import { common } from "./common.ts";
import { find } from "./find.ts";
import { problems } from "./problems.ts";
import { reviews } from "./reviews.ts";

export const first: FirstWords = { call: calling, common, find, problems, reviews };

import { admin } from "./admin.ts";
import { auth } from "./auth.ts";
import { call } from "./call.ts";
import { common } from "./common.ts";
import { desk } from "./desk.ts";
import { disputes } from "./disputes.ts";
import { favourites } from "./favourites.ts";
import { files } from "./files.ts";
import { find } from "./find.ts";
import { goods } from "./goods.ts";
import { market } from "./market.ts";
import { money } from "./money.ts";
import { offer } from "./offer.ts";
import { performer } from "./performer.ts";
import { problems } from "./problems.ts";
import { profile } from "./profile.ts";
import { refunds } from "./refunds.ts";
import { reviews } from "./reviews.ts";
import { work } from "./work.ts";

export const en = {
  admin,
  auth,
  call,
  common,
  desk,
  disputes,
  favourites,
  files,
  find,
  goods,
  market,
  money,
  offer,
  performer,
  problems,
  profile,
  refunds,
  reviews,
  work,
};
export type Words = typeof en;

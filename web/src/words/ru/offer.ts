import type { offer as english } from "../en/offer.ts";

export const offer: typeof english = {};

import type { market as english } from "../en/market.ts";

export const market: typeof english = {};

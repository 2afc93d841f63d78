import type { files as english } from "../en/files.ts";

export const files: typeof english = {
  offer: {
    title: "Что вы получите",
    linksLater: "Откроются на странице заказа после оплаты",
  },
};

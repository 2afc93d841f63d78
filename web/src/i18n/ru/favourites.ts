import type { favourites as english } from "../en/favourites.ts";

export const favourites: typeof english = {
  title: "Избранное",
  mark: "В\u00a0избранное",
  full: "Здесь уже сто. Сначала уберите что-нибудь.",
  twips: "Твипы",
  people: "Люди",
  none: "Здесь пока пусто",
  noneText: "Нажмите на сердце у твипа или на странице исполнителя, и они появятся здесь.",
  way: "Найти твип",
  off: "Снят с продажи",
  gone: "Больше не на сайте",
};

export const favourites = {
  title: "Favourites",
  mark: "Add to favourites",
  full: "There are a hundred already. Take one away first.",
  twips: "Twips",
  people: "People",
  none: "Nothing here yet",
  noneText: "A heart on a twip or on a performer’s page keeps them here.",
  way: "Find a twip",
  off: "Off the market",
  gone: "Not here any more",
};

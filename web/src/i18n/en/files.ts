export const files = {
  offer: {
    title: "What you get",
    linksLater: "Shown on the page of your order once you have paid",
  },
};

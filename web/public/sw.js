/** Phones show notifications only through a worker. It does nothing else: no page and no answer of the service goes through it. */
addEventListener("install", () => skipWaiting());

addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(lookAt(event.notification.data));
});

/** Brings the page forward that told of the call, else another: whichever is opened now hears of what still rings. */
async function lookAt(address) {
  const pages = await clients.matchAll({ type: "window", includeUncontrolled: true });
  const page = pages.find((it) => it.url === address) ?? pages[0];
  return page ? page.focus() : clients.openWindow("/");
}

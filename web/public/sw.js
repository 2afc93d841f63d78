/** Phones show notifications only through a worker. It does nothing else: no page and no answer of the service goes through it. */
addEventListener("install", () => skipWaiting());

addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(lookAtTwip());
});

/** The page that is open already rings; it is brought forward. */
async function lookAtTwip() {
  const [page] = await clients.matchAll({ type: "window", includeUncontrolled: true });
  return page ? page.focus() : clients.openWindow("/");
}

// Shows notices that were pushed, and opens their deal. It keeps no page: what a page shows is private and about money.
"use strict";
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("push", (event) => {
  let said = {};
  try { said = event.data.json(); } catch { /* a push without words still says that something happened */ }
  event.waitUntil(self.registration.showNotification(said.title || "Mediator", {
    body: said.text || "", icon: "/static/icon.svg", tag: said.url || "mediator", data: { url: said.url || "/" },
  }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const url = new URL(event.notification.data.url, self.location.origin);
  const wanted = url.origin === self.location.origin ? url.href : self.location.origin;
  event.waitUntil((async () => {
    const open = await self.clients.matchAll({ type: "window" });
    const there = open.find((page) => page.url === wanted);
    return there ? there.focus() : self.clients.openWindow(wanted);
  })());
});

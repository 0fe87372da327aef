{% load static %}// Keeps the pocket and today's pages, so that they open without a connection. What is typed is kept by the outbox, not here.
const PARTS = "renwang-parts-{{ version }}", PAGES = "renwang-pages";
const ANY = { ignoreVary: true };  // pages vary by cookie; on this phone there is one
const NEEDED = [{% for path in parts %}"{% static path %}",{% endfor %}];

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(PARTS).then((cache) => Promise.all(NEEDED.map((url) => cache.add(url).catch(() => {})))).then(() => caches.open(PAGES)).then((cache) => cache.add("{{ offline_url }}").catch(() => {})).then(() => self.skipWaiting()));
});
self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name.startsWith("renwang-parts-") && name !== PARTS) await caches.delete(name);
    await self.clients.claim();
  })());
});
self.addEventListener("message", (event) => {
  if (event.data.forget) { event.waitUntil(caches.delete(PAGES)); return; }
  if (event.data.keep) event.waitUntil(keep(event.data.keep));
});

// Today's pages are fetched anew; what is no longer on the list is forgotten.
async function keep(paths) {
  const cache = await caches.open(PAGES), wanted = paths.filter((path) => path.startsWith("/my/"));
  if (wanted.some((path) => path.startsWith("/my/contact/")) && wanted.length > 3) {
    for (const kept of await cache.keys()) if (![...wanted, "{{ offline_url }}"].includes(new URL(kept.url).pathname)) await cache.delete(kept);
  }
  for (const path of wanted) {
    try {
      const answer = await fetch(path, { credentials: "same-origin" });
      if (answer.ok && !answer.redirected) await cache.put(path, answer);
    } catch (offline) { return; }
  }
}

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin) return;
  if (url.pathname.startsWith("{{ static_url }}")) event.respondWith(part(event.request));
  else if (event.request.mode === "navigate" && url.pathname.startsWith("/my/")) event.respondWith(page(event.request, url));
});

async function part(request) {
  const kept = await caches.match(request, { ignoreSearch: true, ignoreVary: true });
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) (await caches.open(PARTS)).put(request, answer.clone());
  return answer;
}

async function page(request, url) {
  const cache = await caches.open(PAGES);
  try {
    const answer = await fetch(request);
    if (answer.ok && !answer.redirected) cache.put(url.pathname, answer.clone());
    return answer;
  } catch (offline) {
    return (await cache.match(url.pathname, ANY)) || (await cache.match("{{ offline_url }}", ANY)) || (await cache.match("/my/", ANY)) || Response.error();
  }
}

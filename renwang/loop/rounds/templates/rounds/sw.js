{% load static %}// Keeps the pocket and today's pages, so that they open without a connection. What is typed is kept by the outbox, not here.
// Pages speak of people: they are kept for one account at a time, and go when it signs out, is signed out or another comes.
const PARTS = "renwang-parts-{{ version }}", PAGES = "renwang-pages-";
const ANY = { ignoreVary: true };  // pages vary by cookie; what is kept is one account's
const OFFLINE = "{{ offline_url }}";
const NEEDED = [{% for path in parts %}"{% static path %}",{% endfor %}];

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(PARTS).then((cache) => Promise.all(NEEDED.map((url) => cache.add(url).catch(() => {})))).then(() => self.skipWaiting()));
});
self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if ((name.startsWith("renwang-parts-") && name !== PARTS) || name === "renwang-pages") await caches.delete(name);
    await self.clients.claim();
  })());
});
self.addEventListener("message", (event) => {
  if (event.data.keep && event.data.account) event.waitUntil(keep(event.data.keep, PAGES + event.data.account));
});

async function forget(but = "") {
  for (const name of await caches.keys()) if (name.startsWith("renwang-pages") && name !== but) await caches.delete(name);
}

// Today's pages are fetched anew; what is no longer on the list is forgotten.
async function keep(paths, name) {
  await forget(name);
  const cache = await caches.open(name), wanted = paths.filter((path) => path.startsWith("/my/"));
  if (wanted.some((path) => path.startsWith("/my/contact/")) && wanted.length > 4) {
    for (const kept of await cache.keys()) if (!wanted.includes(new URL(kept.url).pathname)) await cache.delete(kept);
  }
  for (const path of wanted) {
    try {
      const answer = await fetch(path, { credentials: "same-origin" });
      // Signed out in between: nothing is kept for whoever comes next.
      if (answer.redirected) { await caches.delete(name); return; }
      if (!(await caches.has(name))) return;
      if (answer.ok) await cache.put(path, answer);
      else await cache.delete(path);
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
  try {
    const answer = await fetch(request);
    // The pocket leads elsewhere only when one must sign in.
    if (answer.type === "opaqueredirect" || answer.redirected) await forget();
    return answer;
  } catch (offline) {
    for (const name of await caches.keys()) {
      if (!name.startsWith(PAGES)) continue;
      const cache = await caches.open(name);
      const found = (await cache.match(url.pathname, ANY)) || (await cache.match(OFFLINE, ANY)) || (await cache.match("/my/", ANY));
      if (found) return found;
    }
    return Response.error();
  }
}

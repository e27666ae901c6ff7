// Keeps the last state of one personal page, so that it can be read without a network. Its scope is that page's
// address, so that it never sees, and never keeps, anybody else's.

const page = new URL(self.registration.scope);
const kept = `saved ${page.pathname}`;
const MOST_AGE = 14 * 24 * 3600 * 1000;
const GONE = [401, 403, 404, 410];

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(fetch(page).then(keep));
});

self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const asked = new URL(request.url);
  if (request.method !== "GET" || asked.origin !== page.origin) return;
  if (request.mode === "navigate") event.respondWith(fresh(event, asked));
  else if (request.destination === "style") event.respondWith(caches.match(request).then((found) => found ?? fetch(request)));
});

async function fresh(event, asked) {
  try {
    const answer = await fetch(event.request);
    if (GONE.includes(answer.status) || answer.type === "opaqueredirect") {
      // A link that has ended, or that asks for its code again: what it showed is not for whoever holds the phone now.
      if (asked.pathname === page.pathname) event.waitUntil(caches.delete(kept));
    } else if (asked.pathname === page.pathname) {
      event.waitUntil(keep(answer.clone()));
    }
    return answer;
  } catch (error) {
    return (await saved()) ?? Promise.reject(error);
  }
}

async function keep(answer) {
  if (!answer.ok || answer.redirected || !answer.headers.get("Content-Type")?.startsWith("text/html")) return;
  const text = await answer.clone().text();
  const cache = await caches.open(kept);
  await cache.put(page, answer);
  const sheets = [...text.matchAll(/<link rel="stylesheet" href="([^"]+)"/g)].map((found) => found[1].replaceAll("&amp;", "&"));
  await Promise.all(sheets.map(async (sheet) => (await cache.match(sheet)) ?? cache.add(sheet)));
}

async function saved() {
  const found = await (await caches.open(kept)).match(page);
  if (!found || Date.now() - Date.parse(found.headers.get("Date")) > MOST_AGE) return undefined;
  // The sentence that says so stands in the page, in the reader's language and with the time of its making. What a
  // script would ask for cannot be had now, so that the page goes without.
  const text = (await found.text()).replace(" data-offline hidden", " data-offline").replaceAll(/<script[^>]*><\/script>/g, "");
  return new Response(text, { headers: { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": found.headers.get("Content-Security-Policy") } });
}

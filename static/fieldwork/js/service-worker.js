// The phone's service worker. SHELL (version, shell, files, words) stands before this text, put there by the platform.
// Files of the shell come from a cache of their version. Pages come over the line; without one they come from the store,
// where they lie sealed, while it is open; while it is locked the shell asks for the PIN.
const CACHE = `phone-${SHELL.version}`;
const PATIENCE_MS = 6_000;
const AWAY = [502, 503, 504];

addEventListener("install", (event) => event.waitUntil((async () => {
  const cache = await caches.open(CACHE);
  await Promise.all([SHELL.shell, ...SHELL.files].map((url) => cache.add(new Request(url, { cache: "reload" }))));
  await Promise.all(SHELL.map.map((url) => cache.add(url).catch(() => null)));  // a map is welcome, not needed
  await skipWaiting();
})()));

addEventListener("activate", (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) if (name.startsWith("phone-") && name !== CACHE) await caches.delete(name);
  await clients.claim();
})()));

const settled = (request) => new Promise((done, fail) => {
  request.onsuccess = () => done(request.result);
  request.onerror = () => fail(request.error);
});

/** The open store: its database and key; null where there is none, or while it is locked. */
async function vault() {
  for (const { name } of await indexedDB.databases()) {
    if (!name?.startsWith("fieldwork-")) continue;
    const request = indexedDB.open(name);
    const base = await settled(request);
    base.onversionchange = () => base.close();
    if (!base.objectStoreNames.contains("keys")) { base.close(); continue; }
    const session = await settled(base.transaction("keys").objectStore("keys").get("session"));
    if (session?.until > Date.now()) return { base, key: session.key };
    base.close();
  }
  return null;
}

async function opened({ base, key }, store, name) {
  const row = await settled(base.transaction(store).objectStore(store).get(name));
  if (!row) return null;
  const how = { name: "AES-GCM", iv: row.sealed.iv, additionalData: new TextEncoder().encode(`${store}:${name}`) };
  return JSON.parse(new TextDecoder().decode(await crypto.subtle.decrypt(how, key, row.sealed.data)));
}

async function kept(store, name) {
  const found = await vault().catch(() => null);
  if (!found) return { isLocked: true };
  try { return { value: await opened(found, store, name) }; } finally { found.base.close(); }
}

async function keptPage(url, isPart) {
  const name = `${isPart ? "part " : ""}${url.pathname}${url.search}`;
  const { value, isLocked } = await kept("pages", name);
  if (!value && !isLocked && url.search && url.pathname.endsWith("/findings/new/")) return keptPage(new URL(url.pathname, url), isPart);  // its script fills it in
  if (value) return new Response(value.text, { headers: { ...value.headers, "X-Kept-At": value.at } });
  return isLocked ? null : undefined;
}

const shell = async () => (await caches.match(SHELL.shell)) ?? Response.error();

async function overTheLine(request) {
  const line = fetch(request);
  const late = new Promise((_done, fail) => { setTimeout(() => fail(new TypeError("late")), PATIENCE_MS); });
  const answer = await Promise.race([line, late]);
  if (AWAY.includes(answer.status)) throw new TypeError("away");
  return answer;
}

async function page(request, url) {
  try { return await overTheLine(request); } catch {
    return (await keptPage(url, false)) || shell();
  }
}

async function part(request, url) {
  try { return await overTheLine(request); } catch (problem) {
    const found = await keptPage(url, true);
    if (found) return found;
    throw problem;
  }
}

/** Matters without a line: every word occurs in name, spelling or code. */
async function matters(request, url) {
  try { return await overTheLine(request); } catch (problem) {
    const { value } = await kept("pack", "pack");
    if (!value) throw problem;
    const words = (url.searchParams.get("q") ?? "").toLowerCase().split(/\s+/).filter(Boolean);
    const rows = value.matters.rows.filter(([code, label, , spelled]) => words.every((word) => `${label} ${spelled} ${code}`.toLowerCase().includes(word)));
    const found = rows.slice(0, 20).map(([code, label, level]) => ({ value: code, label, hint: code, level }));
    return new Response(JSON.stringify(found), { headers: { "Content-Type": "application/json" } });
  }
}

async function file(request) {
  const cache = await caches.open(CACHE);
  const found = await cache.match(request, { ignoreVary: true });
  if (found) return found;
  const answer = await fetch(request);
  if (answer.ok) cache.put(request, answer.clone()).catch(() => null);  // a full phone does without
  return answer;
}

addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (url.pathname.startsWith("/static/") || SHELL.map.includes(url.pathname)) event.respondWith(file(request));
  else if (url.pathname === "/m/pick/categories") event.respondWith(matters(request, url));
  else if (url.pathname.startsWith("/m/api/") || url.pathname === "/m/sw.js") return;
  else if (request.mode === "navigate" && url.pathname.startsWith("/m/")) event.respondWith(page(request, url));
  else if (url.pathname.startsWith("/m/") && request.headers.get("HX-Request")) event.respondWith(part(request, url));
});

// A push message says that there is something and where; the page says what. The same tag again replaces it.
addEventListener("push", (event) => {
  let told = {};
  try { told = event.data?.json() ?? {}; } catch { /* something was sent: the bell says what */ }
  const url = told.url?.startsWith("/m/") ? told.url : "/m/notices/";
  event.waitUntil(registration.showNotification(told.title || SHELL.words.notice, { body: told.body, tag: told.tag, data: { url }, icon: SHELL.icon }));
});

addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil((async () => {
    const [there] = await clients.matchAll({ type: "window" });
    if (!there) return clients.openWindow(event.notification.data.url);
    await there.focus();
    return there.navigate(event.notification.data.url);
  })());
});

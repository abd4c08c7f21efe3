// The phone's own database, one for each person: keys, actions waiting to be sent, photos, kept pages, the pack, the way
// of a patrol that is under way.
// Everything that says something about people or places is sealed (see vault.mjs); ids, order and state are not.
const VERSION = 2;
const STORES = { keys: "name", actions: "seq", photos: "id", pages: "path", pack: "name", tracks: "id" };

const opened = new Map();

export const owner = () => { try { return localStorage.getItem("fieldwork:user") ?? ""; } catch { return ""; } };

export function setOwner(user) {
  try { localStorage.setItem("fieldwork:user", String(user)); } catch { /* private windows: asked again next time */ }
}

/** Whether this browser keeps anything at all: a private window, or one whose storage is switched off, does not. */
export function keepsAnything() {
  try {
    localStorage.setItem("fieldwork:probe", "1");
    localStorage.removeItem("fieldwork:probe");
    return Boolean(globalThis.indexedDB);
  } catch { return false; }
}

const nameOf = (user) => `fieldwork-${user}`;

/** The person's database; rejects where the browser keeps none. */
export function database(user = owner()) {
  if (!user) return new Promise(() => {});  // emptied meanwhile: the page is about to go, nothing is made anew
  if (!opened.has(user)) {
    opened.set(user, new Promise((done, fail) => {
      const request = indexedDB.open(nameOf(user), VERSION);
      request.onupgradeneeded = () => {
        for (const [name, keyPath] of Object.entries(STORES)) {
          if (request.result.objectStoreNames.contains(name)) continue;
          const made = request.result.createObjectStore(name, { keyPath, autoIncrement: name === "actions" });
          if (name === "actions") made.createIndex("id", "id", { unique: true });
          if (name === "photos") made.createIndex("action", "action");
        }
      };
      request.onsuccess = () => {
        request.result.onversionchange = () => { request.result.close(); opened.delete(user); };
        done(request.result);
      };
      request.onerror = () => { opened.delete(user); fail(request.error); };
    }));
  }
  return opened.get(user);
}

export const settled = (request) => new Promise((done, fail) => {
  request.onsuccess = () => done(request.result);
  request.onerror = () => fail(request.error);
});

/** One transaction: `work(stores)` may only wait for its requests; everything in it is written, or nothing. */
export async function transact(names, mode, work) {
  const base = await database();
  return new Promise((done, fail) => {
    let found;
    const run = base.transaction(names, mode, mode === "readwrite" ? { durability: "strict" } : undefined);
    run.oncomplete = () => done(found);
    run.onerror = () => fail(run.error);
    run.onabort = () => fail(run.error ?? new DOMException("aborted", "AbortError"));
    const stores = Object.fromEntries(names.map((name) => [name, run.objectStore(name)]));
    Promise.resolve(work(stores)).then((result) => { found = result; }, (problem) => {
      try { run.abort(); } catch { /* over already */ }
      fail(problem);
    });
  });
}

export const get = (name, key) => transact([name], "readonly", (stores) => settled(stores[name].get(key)));
export const all = (name) => transact([name], "readonly", (stores) => settled(stores[name].getAll()));
export const put = (name, row) => transact([name], "readwrite", (stores) => settled(stores[name].put(row)));
export const remove = (name, key) => transact([name], "readwrite", (stores) => settled(stores[name].delete(key)));

/** Asks the browser not to clear the store by itself when space runs short. */
export async function keepStore() {
  try { return await navigator.storage.persist(); } catch { return false; }
}

export const isFull = (problem) => problem?.name === "QuotaExceededError";

/** Empties everything of the person on this phone: store, kept files, drafts. */
export async function wipe(user = owner()) {
  // First what says that there is a store: nothing opens it again, and makes it anew, while it goes.
  try { Object.keys(localStorage).filter((key) => /^(draft:|fieldwork:)/.test(key)).forEach((key) => localStorage.removeItem(key)); } catch { /* nothing was kept there */ }
  (await opened.get(user)?.catch(() => null))?.close();
  opened.delete(user);
  await new Promise((done) => {
    const request = indexedDB.deleteDatabase(nameOf(user));
    request.onsuccess = request.onerror = request.onblocked = () => done();
  });
  try {
    for (const name of await caches.keys()) if (name.startsWith("phone-")) await caches.delete(name);
  } catch { /* nothing was kept there either */ }
}

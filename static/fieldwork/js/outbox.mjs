// What the worker has done and the platform does not know yet. An action and its photos are written together; it stays
// until the platform has answered, and what was refused stays until the worker has decided.
import { all, get, isFull, settled, transact } from "fieldwork/store";
import { Locked, open, openBytes, seal, sealBytes } from "fieldwork/vault";

export const OPEN = ["waiting", "refused", "conflict"];
const DONE_KEPT = 60;
const LOOSE_DAYS = 7;
const channel = globalThis.BroadcastChannel ? new BroadcastChannel("fieldwork") : null;

/** Every page of the phone learns that the outbox has changed. */
export function changed(what = "outbox") {
  dispatchEvent(new CustomEvent("fieldwork", { detail: what }));
  channel?.postMessage(what);
}
channel?.addEventListener("message", ({ data }) => dispatchEvent(new CustomEvent("fieldwork", { detail: data })));

const placeOf = (id) => `actions:${id}`;
const photoPlace = (id) => `photos:${id}`;

/** A photo that belongs to no action yet. */
export async function keepPhoto(blob, about) {
  const id = crypto.randomUUID();
  const row = { id, action: "", sent: false, at: Date.now(), size: blob.size };
  const [body, facts] = [await sealBytes(await blob.arrayBuffer(), photoPlace(id)), await seal(about, photoPlace(id))];
  await writing(() => transact(["photos"], "readwrite", ({ photos }) => settled(photos.put({ ...row, body, facts }))));
  return id;
}

export async function readPhoto(id) {
  const row = await get("photos", id);
  if (!row) return null;
  const about = await open(row.facts, photoPlace(id));
  return { ...about, sent: row.sent, blob: new Blob([await openBytes(row.body, photoPlace(id))], { type: about.type }) };
}

/** Where the phone is full, what is kept for convenience makes room, once. */
export async function writing(work) {
  try { return await work(); } catch (problem) {
    if (!isFull(problem)) throw problem;
    await transact(["pages", "pack", "actions"], "readwrite", async ({ pages, pack, actions }) => {
      pages.clear();
      pack.clear();
      (await settled(actions.getAll())).filter(({ state }) => !OPEN.includes(state)).forEach(({ seq }) => actions.delete(seq));
    });
    return work();
  }
}

/** Whether something else has been done under this id: that is no second tap, and nothing of it is lost. */
async function isAnother(id, kind, data) {
  const same = (await list()).find((row) => row.id === id)?.said;
  return Boolean(same) && JSON.stringify([same.kind, same.data]) !== JSON.stringify([kind, data]);
}

function renamed(asked, id) {
  const data = Object.entries(asked.data).map(([name, values]) => [name, values.map((value) => (value === asked.id ? id : value))]);
  return { ...asked, id, subject: asked.subject.replace(asked.id, id), data: Object.fromEntries(data) };
}

/** Puts an action into the outbox with the photos it names; resolves to its id once both are safely written.
 * `claim(stores)` takes part in the same write, and may say false: then nothing is written. */
export async function queue(asked) {
  const { id = crypto.randomUUID(), kind, subject, data, photos = [], title = "", position = null, skew = 0, claim = null } = asked;
  if (asked.id && await isAnother(id, kind, data)) return queue(renamed(asked, crypto.randomUUID()));
  const said = { kind, subject, data, photos, title, position, device_at: new Date().toISOString(), skew_seconds: skew };
  const sealed = await seal(said, placeOf(id));
  await writing(() => transact(["actions", "photos", "tracks"], "readwrite", async (stores) => {
    if (claim && !(await claim(stores))) return;
    const rows = await settled(stores.actions.getAll());
    if (rows.some((row) => row.id === id)) return;  // a second tap
    const before = rows.filter((row) => row.subject === subject && OPEN.includes(row.state)).at(-1);
    await settled(stores.actions.add({ id, subject, after: before?.id ?? "", state: "waiting", at: Date.now(), tries: 0, sealed }));
    for (const photo of photos) {
      const row = await settled(stores.photos.get(photo));
      if (row) stores.photos.put({ ...row, action: id });
    }
  }));
  changed();
  return id;
}

/** All rows in their order; `said` is null while the store is locked. */
export async function list() {
  return Promise.all((await all("actions")).map(async (row) => {
    try { return { ...row, said: await open(row.sealed, placeOf(row.id)) }; } catch (problem) {
      if (problem instanceof Locked) return { ...row, said: null };
      throw problem;
    }
  }));
}

/** How many wait and how many need the worker, without opening anything. */
export async function counts() {
  const rows = await all("actions");
  const waiting = rows.filter(({ state }) => state === "waiting").length;
  return { waiting, failed: rows.filter(({ state }) => state === "refused" || state === "conflict").length };
}

async function change(id, work, names = ["actions", "photos"]) {
  await transact(names, "readwrite", async (stores) => {
    const row = await settled(stores.actions.index("id").get(id));
    if (row) await work(row, stores);
  });
  changed();
}

async function dropPhotos(id, photos) {
  for (const key of await settled(photos.index("action").getAllKeys(id))) photos.delete(key);
}

/** The platform's answer: done with (its photos go), refused or in conflict (everything stays), or to be tried again. */
export async function settle(answer) {
  const { id, outcome } = answer;
  if (outcome === "photos") {
    return change(id, (row, { photos }) => Promise.all(answer.photos.map(async (key) => {
      const photo = await settled(photos.get(key));
      if (photo) photos.put({ ...photo, sent: false });
    })));
  }
  if (outcome === "held" || outcome === "retry") return change(id, (row, { actions }) => { actions.put({ ...row, tries: row.tries + 1 }); });
  const isDone = outcome !== "refused" && outcome !== "conflict";
  const told = await seal(answer, `answers:${id}`);
  return change(id, async (row, { actions, photos }) => {
    actions.put({ ...row, state: isDone ? "sent" : outcome, told, told_at: Date.now() });
    if (isDone) await dropPhotos(id, photos);
  });
}

export const toldOf = (row) => (row.told ? open(row.told, `answers:${row.id}`) : null);

/** The worker gives the action up. */
export const discard = (id) => change(id, async (row, { actions, photos }) => {
  actions.delete(row.seq);
  for (const later of await settled(actions.getAll())) if (later.after === id) actions.put({ ...later, after: row.after });
  await dropPhotos(id, photos);
});

/** The form it came from is still on the screen: the action goes, its photos are the form's again. */
export const takeBack = (id) => change(id, async (row, { actions, photos }) => {
  actions.delete(row.seq);
  for (const photo of await settled(photos.index("action").getAll(id))) photos.put({ ...photo, action: "" });
});

/** Send a refused action again, under a new id: with the version that the worker has been shown, where there is one, and
 * with what was typed since. */
export async function again(row, told, mended = {}) {
  const id = crypto.randomUUID();
  const version = told?.more?.current_version;
  const data = { ...row.said.data, ...mended, ...(version === undefined ? {} : { version: [String(version)] }) };
  const sealed = await seal({ ...row.said, data }, placeOf(id));
  await change(row.id, async (present, { actions, photos }) => {
    const { told: _told, told_at: _at, ...rest } = present;
    actions.put({ ...rest, id, sealed, state: "waiting", tries: 0, after: "" });
    for (const photo of await settled(photos.index("action").getAll(row.id))) photos.put({ ...photo, action: id });
    for (const later of await settled(actions.getAll())) if (later.after === row.id) actions.put({ ...later, after: id });
  });
  return id;
}

/** What was sent long ago, and photos of forms that were never sent. */
export async function tidy() {
  await transact(["actions", "photos"], "readwrite", async ({ actions, photos }) => {
    const sent = (await settled(actions.getAll())).filter(({ state }) => state === "sent");
    sent.slice(0, Math.max(0, sent.length - DONE_KEPT)).forEach(({ seq }) => actions.delete(seq));
    const before = Date.now() - LOOSE_DAYS * 86_400_000;
    (await settled(photos.index("action").getAll(""))).filter(({ at }) => at < before).forEach(({ id }) => photos.delete(id));
  });
}

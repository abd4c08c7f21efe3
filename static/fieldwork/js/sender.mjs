// Sends the outbox: in the order in which things were done, photos first, until the platform has answered each. One tab
// sends at a time; killed anywhere it begins again, and the platform knows what it has already.
import { NoLine, SignedOut, forgetHello, hello, post, postJson } from "fieldwork/line";
import { changed, list, readPhoto, settle, tidy } from "fieldwork/outbox";
import { get, owner, put, wipe } from "fieldwork/store";
import { Locked, isSetUp, openKey, setLock } from "fieldwork/vault";

const BATCH = 20;
const BATCH_SIGNS = 250_000;  // of what the forms held: the platform takes a megabyte at once
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 120_000;
const POLL_MS = 30_000;
const PHOTO_PATIENCE_MS = 180_000;

let tries = 0;
let timer;
let running = null;

/** Why nothing is being sent now: "", "offline", "signed-out", "other-person", "locked". */
export let trouble = "";

function say(found) {
  if (trouble !== found) { trouble = found; changed("state"); }
}

const waitMs = () => Math.min(FIRST_WAIT_MS * 2 ** Math.min(tries, 8), LONGEST_WAIT_MS) * (0.75 + Math.random() / 2);

function later(ms) {
  clearTimeout(timer);
  timer = setTimeout(kick, ms);
}

/** Begin now, or after what is under way. Resolves when nothing more can be sent at the moment. */
export function kick() {
  clearTimeout(timer);
  const turn = (running ?? Promise.resolve()).then(once);
  running = turn;
  return turn;
}

async function once() {
  if (!(await isSetUp())) return;
  const lock = `fieldwork-send-${owner()}`;
  const work = navigator.locks ? () => navigator.locks.request(lock, { ifAvailable: true }, (held) => (held ? drain() : undefined)) : drain;
  try {
    await work();
    tries = 0;
    later(POLL_MS);
  } catch (problem) {
    if (problem instanceof NoLine) say("offline");
    else if (problem instanceof SignedOut) say("signed-out");
    else if (problem instanceof Locked) say("locked");
    else console.warn("the outbox waits", problem);
    tries += 1;
    later(waitMs());
  }
}

async function drain() {
  const told = await hello({ isFresh: tries > 0 });
  await setLock(told.lock_minutes);
  const isOpen = Boolean(await openKey());
  if (told.wipe && !isOpen) return empty();
  if (!told.seals && told.user === null) throw new SignedOut("nobody is signed in");
  if (!told.seals && String(told.user) !== owner()) return say("other-person");
  if (!isOpen) throw new Locked("locked");
  for (;;) {
    const ready = sendable(await list());
    if (!ready.length) break;
    const batch = await withPhotos(atOnce(ready));
    if (batch.length && !(await sendBatch(batch))) break;
  }
  say("");
  if (told.wipe || told.seals) return empty();
  await tidy();
}

/** In order; nothing that comes after something of the same subject that the worker has to decide first. */
function sendable(rows) {
  const stuck = new Set();
  return rows.filter(({ state, subject }) => {
    if (state === "refused" || state === "conflict") stuck.add(subject);
    return state === "waiting" && !stuck.has(subject);
  });
}

/** As many as go in one request: some, and always the first. */
function atOnce(rows) {
  let signs = 0;
  const over = rows.findIndex(({ said }, index) => {
    signs += JSON.stringify(said.data).length;
    return index >= BATCH || (index > 0 && signs > BATCH_SIGNS);
  });
  return over < 0 ? rows : rows.slice(0, over);
}

/** The actions whose photos have all arrived; one whose photo is refused is refused itself. */
async function withPhotos(rows) {
  const whole = [];
  for (const row of rows) {
    let refusal = null;
    for (const photo of row.said.photos) refusal ??= await sendPhoto(photo);
    if (refusal) await settle({ id: row.id, outcome: "refused", words: refusal, code: "photo", fields: {}, more: {} });
    else whole.push(row);
    if (refusal) break;  // what follows may belong to it
  }
  return whole;
}

/** null when it has arrived; otherwise the words of the refusal. */
async function sendPhoto(id) {
  const photo = await readPhoto(id);
  if (!photo || photo.sent) return null;
  const body = new FormData();
  body.append("key", id);
  body.append("file", photo.blob, photo.name);
  for (const name of ["sha256", "source_sha256", "taken_at", "origin"]) if (photo[name]) body.append(name, photo[name]);
  const answer = await post("/m/api/photos", body, { patience: PHOTO_PATIENCE_MS });
  if (answer.ok) {
    tries = 0;
    await put("photos", { ...(await get("photos", id)), sent: true });
    return null;
  }
  const told = await answer.json().catch(() => ({}));
  if (answer.status === 429 || answer.status >= 500 || answer.status === 403 || told.code === "damaged") throw new NoLine("photo");
  return told.detail || `${answer.status}`;
}

/** Whether anything moved on. */
async function sendBatch(rows) {
  const actions = rows.map(({ id, after, said }) => ({
    id, after: after || undefined, kind: said.kind, subject: said.subject, data: said.data, photos: said.photos,
    device_at: said.device_at, skew_seconds: said.skew_seconds, position: said.position,
  }));
  const answer = await postJson("/m/api/sync", { sent_at: new Date().toISOString(), actions });
  if (!answer.ok) { forgetHello(); throw new NoLine(`status ${answer.status}`); }
  const { answers } = await answer.json();
  let hasMoved = false, isBusy = false;
  for (const one of answers) {
    await settle(one);
    isBusy ||= one.outcome === "retry";
    hasMoved ||= !["held", "retry"].includes(one.outcome);
  }
  if (isBusy) throw new NoLine("busy");
  tries = 0;
  return hasMoved;
}

/** The platform has called the phone back, or the account has ended: nothing stays here. */
export async function empty() {
  if (owner()) await wipe();
  await post("/m/api/device/wiped", "").catch(() => null);
  for (const worker of await navigator.serviceWorker?.getRegistrations() ?? []) await worker.unregister();
  location.replace("/login/?emptied=1");
}

/** Keeps sending as long as a page is open. */
export function startSending() {
  addEventListener("online", () => { tries = 0; kick(); });
  addEventListener("offline", () => say("offline"));
  addEventListener("visibilitychange", () => document.visibilityState === "visible" && kick());
  addEventListener("fieldwork", ({ detail }) => detail === "queued" && kick());
  return kick();
}

// The key of the phone's store. It never leaves WebCrypto: kept wrapped by the PIN (PBKDF2) and, for a forgotten PIN, by
// a secret that the platform gives out against the password. While unlocked, a copy that no script can read lies in the
// database for all pages and the service worker, until the phone has not been touched for some minutes.
import { get, owner, put, remove, settled, transact } from "fieldwork/store";

const ROUNDS = 600_000;
const TRIES = 5;
const FIRST_WAIT_MS = 60_000;
const LONGEST_WAIT_MS = 15 * 60_000;
const TOUCH_MS = 20_000;
const SEALING = { name: "AES-GCM", length: 256 };

let touched = 0;
const bytes = (size) => crypto.getRandomValues(new Uint8Array(size));
const encoded = (text) => new TextEncoder().encode(text);

export const isPossible = () => Boolean(globalThis.isSecureContext && globalThis.indexedDB && crypto?.subtle);
export const isSetUp = async () => isPossible() && owner() !== "" && Boolean(await get("keys", "pin"));

async function wrapping(secret, salt, rounds) {
  const base = await crypto.subtle.importKey("raw", encoded(secret), "PBKDF2", false, ["deriveKey"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations: rounds };
  return crypto.subtle.deriveKey(how, base, SEALING, false, ["wrapKey", "unwrapKey"]);
}

async function wrapped(name, key, secret) {
  const [salt, iv] = [bytes(16), bytes(12)];
  const with_ = await wrapping(secret, salt, ROUNDS);
  return { name, salt, iv, rounds: ROUNDS, data: await crypto.subtle.wrapKey("raw", key, with_, { name: "AES-GCM", iv }) };
}

async function unwrapped(row, secret, isExtractable = false) {
  const with_ = await wrapping(secret, row.salt, row.rounds);
  return crypto.subtle.unwrapKey("raw", row.data, with_, { name: "AES-GCM", iv: row.iv }, SEALING, isExtractable, ["encrypt", "decrypt"]);
}

const minutes = async () => (await get("keys", "lock"))?.minutes ?? 15;

async function begin(key) {
  const until = Date.now() + (await minutes()) * 60_000;
  await transact(["keys"], "readwrite", ({ keys }) => {
    keys.put({ name: "session", key, until });
    keys.delete("tries");
  });
  touched = Date.now();
}

/** A new store: its key, wrapped by the PIN and by the platform's secret. */
export async function setUp(pin, recovery) {
  const key = await crypto.subtle.generateKey(SEALING, true, ["encrypt", "decrypt"]);
  const rows = [await wrapped("pin", key, pin), await wrapped("recovery", key, recovery)];
  await transact(["keys"], "readwrite", ({ keys }) => { rows.forEach((row) => keys.put(row)); });
  await begin(await unwrapped(rows[0], pin));
}

/** "open", "wrong", or {wait: ms} after too many wrong ones. */
export async function unlock(pin) {
  const tries = await get("keys", "tries");
  if (tries?.until > Date.now()) return { wait: tries.until - Date.now() };
  try {
    await begin(await unwrapped(await get("keys", "pin"), pin));
    return "open";
  } catch (problem) {
    if (problem.name !== "OperationError") throw problem;
    const count = (tries?.count ?? 0) + 1;
    const wait = count < TRIES ? 0 : Math.min(FIRST_WAIT_MS * 2 ** (count - TRIES), LONGEST_WAIT_MS);
    await put("keys", { name: "tries", count, until: Date.now() + wait });
    return wait ? { wait } : "wrong";
  }
}

/** A new PIN, by the old one or by the platform's secret; false where that does not open the store. */
export async function renew(pin, { by, secret }) {
  try {
    const key = await unwrapped(await get("keys", by), secret, true);
    await put("keys", await wrapped("pin", key, pin));
    await begin(await unwrapped(await get("keys", "pin"), pin));
    return true;
  } catch (problem) {
    if (problem.name === "OperationError") return false;
    throw problem;
  }
}

/** The phone is trusted anew: the secret that opens the store beside the PIN is another one. Needs the PIN once. */
export async function rewrap(pin, recovery) {
  const key = await unwrapped(await get("keys", "pin"), pin, true);
  await put("keys", await wrapped("recovery", key, recovery));
}

export const lock = () => remove("keys", "session");

/** How long the store stays open without a touch, as the platform says. */
export async function setLock(wanted) {
  if ((await minutes()) !== wanted) await put("keys", { name: "lock", minutes: wanted });
}

/** The key while the store is open; null when it is locked. */
export async function openKey() {
  if (!owner()) return null;
  const session = await get("keys", "session");
  if (!session) return null;
  if (session.until > Date.now()) return session.key;
  await lock();
  return null;
}

/** Somebody is using the phone. */
export async function touch() {
  if (Date.now() - touched < TOUCH_MS) return;
  touched = Date.now();
  await transact(["keys"], "readwrite", async ({ keys }) => {  // as one: it must not bring back what is locked meanwhile
    const [session, limit] = [await settled(keys.get("session")), await settled(keys.get("lock"))];
    if (session?.until > Date.now()) keys.put({ ...session, until: Date.now() + (limit?.minutes ?? 15) * 60_000 });
  });
}

export class Locked extends Error {}

async function keyNow() {
  const key = await openKey();
  if (!key) throw new Locked("the store is locked");
  return key;
}

async function sealWith(key, data, place) {
  const iv = bytes(12);
  const how = { name: "AES-GCM", iv, additionalData: encoded(place) };
  return { iv, data: await crypto.subtle.encrypt(how, key, data) };
}

/** Seals bytes for one place (`photos:<id>`); they open nowhere else. */
export const sealBytes = async (data, place) => sealWith(await keyNow(), data, place);

/** Seals values as long as this page is there, also once the store is locked; null where it is locked already. */
export async function sealer() {
  const key = await openKey();
  return key && ((value, place) => sealWith(key, encoded(JSON.stringify(value)), place));
}

export async function openBytes({ iv, data }, place) {
  return crypto.subtle.decrypt({ name: "AES-GCM", iv, additionalData: encoded(place) }, await keyNow(), data);
}

export const seal = (value, place) => sealBytes(encoded(JSON.stringify(value)), place);
export const open = async (sealed, place) => JSON.parse(new TextDecoder().decode(await openBytes(sealed, place)));

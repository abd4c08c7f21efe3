// Records the way while a tour is open, and only then: on every page of the phone, point by point into its store. A phone
// without a store sends them from the patrol's own page, each half minute, under a key of their own.
import { askPin } from "fieldwork/pin";
import { collect, collectRest, goOn, keepPoint, openTour } from "fieldwork/tour";
import { isSetUp, openKey, sealer } from "fieldwork/vault";

const COARSE_M = 200;
const STEP_M = 8;
const STILL_MS = 30_000;
const SEND_MS = 30_000;
const COLLECT_MS = 10 * 60_000;
const MOST = 2_000;
const WATCH = { enableHighAccuracy: true, maximumAge: 10_000 };

const box = () => document.querySelector("[data-tour]");
const say = (text) => { const line = box()?.querySelector("[data-tour-state]"); if (line) line.textContent = text; };
function counted(n) {
  if (!box()) return;
  box().dataset.count = String(n);
  say(box().dataset.textOn.replace("{n}", String(n)));
}

let last = null;

/** The point as a text; null where it says nothing new. */
function pointOf({ coords }) {
  const at = Date.now();
  if (coords.accuracy > COARSE_M) return null;
  const [x, y] = [coords.longitude, coords.latitude];
  if (last) {
    const metres = Math.hypot((x - last.x) * Math.cos((y * Math.PI) / 180), y - last.y) * 111_320;
    if (metres < STEP_M && at - last.at < STILL_MS) return null;
  }
  last = { x, y, at };
  return `${Math.round(at / 1000)},${x.toFixed(6)},${y.toFixed(6)}`;
}

const watch = (take) => navigator.geolocation.watchPosition((found) => { const point = pointOf(found); if (point) take(point); }, () => say(box()?.dataset.textOff ?? ""), WATCH);

/** The screen stays on while one walks: a page that sleeps is told of no position. */
async function stayAwake() {
  const ask = () => document.visibilityState === "visible" && navigator.wakeLock?.request("screen").catch(() => null);
  document.addEventListener("visibilitychange", ask);
  return ask();
}

/** Into the store, until the tour is over or another one has begun. */
async function record(tour) {
  let seal = await sealer();
  let held = [];  // while the store is locked
  let count = 0;
  const keep = async (point) => {
    held.push(point);
    seal ??= await sealer();
    if (!seal) return say(box()?.dataset.textLocked ?? "");
    const ready = held;
    held = [];
    for (const one of ready) await keepPoint(seal, tour, one);
    count += ready.length;
    return counted(count);
  };
  let turn = Promise.resolve();
  const id = watch((point) => { turn = turn.then(() => keep(point)).catch((problem) => console.warn("the way", problem)); });
  const timer = setInterval(async () => { if (await openKey()) await collect(tour); }, COLLECT_MS);
  stayAwake();
  if (!seal) { say(box()?.dataset.textLocked ?? ""); askPin(); }
  await new Promise((done) => {
    addEventListener("fieldwork", async function look() {
      if ((await openTour())?.tour === tour.tour) return;
      removeEventListener("fieldwork", look);
      done();
    });
  });
  navigator.geolocation.clearWatch(id);
  clearInterval(timer);
  await turn;
  await collectRest();
}

/** Over the line, as long as the patrol's page is open. */
function sendFrom({ dataset }) {
  let waiting = [], part = null, count = 0;
  const send = async () => {
    if (!part && waiting.length) { part = { key: crypto.randomUUID(), points: waiting }; waiting = []; }
    if (!part) return;
    const form = new URLSearchParams({ csrfmiddlewaretoken: dataset.token, tour: dataset.tour, key: part.key });
    part.points.forEach((point) => form.append("points", point));
    try {
      const answer = await fetch(dataset.url, { method: "POST", body: form, keepalive: true, credentials: "same-origin" });
      if (answer.ok || answer.status === 404 || answer.status === 422) part = null;
    } catch { /* no line: the same part goes again */ }
  };
  watch((point) => {
    waiting.push(point);
    if (waiting.length > MOST) waiting = waiting.filter((_point, index) => index % 2 === 0);
    counted(count += 1);
  });
  setInterval(send, SEND_MS);
  addEventListener("pagehide", send);
  addEventListener("online", send);
  stayAwake();
}

let isRecording = false;

async function recordAll() {
  if (isRecording) return;
  isRecording = true;
  try {
    for (let tour = await openTour(); tour; tour = await openTour()) {
      await (navigator.locks?.request("fieldwork-track", () => record(tour)) ?? record(tour));  // one page at a time
    }
  } finally { isRecording = false; }
}

export async function startTrack() {
  if (!navigator.geolocation) return;
  if (!(await isSetUp())) {
    if (box()?.dataset.tour) sendFrom(box());
    return;
  }
  if (box()) await goOn(box().dataset.tour, box().dataset.task);
  await collectRest();
  await recordAll();
}

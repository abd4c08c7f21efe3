// The dashboard stays as it is while its numbers change: cells come by a stream (or every 15 s while it is away), and
// each is put under its key. What the page has no place for makes it fetch its part again, at most every few seconds.
import { chartOf, updateChart } from "governance/chart";
import { mount } from "governance/page";

const POLL_MS = 15_000;
const STALE_MS = 30_000;
const timeZone = document.documentElement.dataset.zone; // that of the city, whatever the computer is set to
const state = { source: null, url: "", poll: null, part: null, at: 0, mode: "", cells: new Map() };
const parts = new Map(); // by id: when a part was fetched last

function again(part) {
  const seconds = Number(part.dataset.livePause) || 5;
  const known = parts.get(part.id) ?? { last: -Infinity, timer: null };
  parts.set(part.id, known);
  const wait = known.last + seconds * 1000 - performance.now();
  if (known.timer) return;
  known.timer = setTimeout(() => {
    known.timer = null;
    known.last = performance.now();
    const present = document.getElementById(part.id);
    if (present) window.htmx?.trigger(present, "live");
  }, Math.max(0, wait));
}

function put(link, [words, url]) {
  if (link.textContent !== words) {
    link.textContent = words;
    link.classList.remove("is-new");
    void link.offsetWidth; // the same flash once more
    link.classList.add("is-new");
  }
  if (url) link.setAttribute("href", url);
  else link.removeAttribute("href");
}

const number = (key) => Number(state.cells.get(key)?.[0] ?? 0);

function bars(part) {
  for (const bar of part.querySelectorAll("[data-bar]")) {
    const { bar: key, of } = bar.dataset;
    if (!state.cells.has(key)) continue;
    const group = of.startsWith("*") ? [...part.querySelectorAll(`[data-of="${of}"]`)].map((one) => number(one.dataset.bar)) : [number(of)];
    const whole = Math.max(...group);
    bar.querySelector(".bar-value").setAttribute("width", whole ? Math.min(100, (100 * number(key)) / whole).toFixed(2) : "0");
  }
}

function apply(message) {
  const part = state.part;
  if (!part?.isConnected) return;
  if (message.day !== part.dataset.day) return again(part);
  const without = (part.dataset.without ?? "").split(" ");  // what this person has left off the page
  const isShown = (key) => !without.includes(key.split(".", 1)[0]);
  let isNew = (message.gone ?? []).some(isShown);
  const charts = new Set();
  for (const [key, cell] of Object.entries(message.set)) {
    state.cells.set(key, cell);
    const places = part.querySelectorAll(`[data-n="${CSS.escape(key)}"]`);
    places.forEach((link) => put(link, cell));
    const lamp = part.querySelector(`[data-lamp-of="${CSS.escape(key)}"]`);
    if (lamp && lamp.dataset.state !== cell[2]) isNew = true;
    const box = chartOf(part, key);
    if (box) charts.add(box);
    if (!places.length && !box && isShown(key)) isNew = true;
  }
  charts.forEach((box) => updateChart(box, state.cells));
  bars(part);
  part.querySelectorAll("[data-change]").forEach((one) => {
    const [now, before] = one.dataset.change.split(" ").map(number);
    if (before) one.textContent = ((100 * (now - before)) / before).toFixed(2);
  });
  state.at = Date.parse(message.at);
  age();
  if (isNew) again(part);
}

function age() {
  const box = state.part?.querySelector("[data-age]");
  if (!box) return;
  const old = Date.now() - state.at;
  const isStale = state.mode !== "live" && old > STALE_MS;
  const time = new Date(state.at).toLocaleTimeString("zh-CN", { hour12: false, timeZone });
  const line = box.querySelector(".age-time");
  line.textContent = line.textContent.replace(/\d{1,2}:\d{2}:\d{2}/, time);
  const ago = box.dataset.textAgo.replace("{n}", String(Math.max(0, Math.round(old / 1000))));
  const words = isStale ? `${box.dataset.textStale} · ${ago}` : state.mode === "live" ? box.dataset.textLive : box.dataset.textPolling;
  const status = box.querySelector(".age-state");
  if (status.textContent !== words) status.textContent = words;
  box.dataset.state = isStale ? "stale" : state.mode;
}

async function look() {
  try {
    const answer = await fetch(state.part.dataset.cells, { headers: { Accept: "application/json" } });
    if (answer.ok) apply(await answer.json());
  } catch { /* the age of the numbers says it */ }
  age();
}

function connect(part) {
  state.part = part;
  state.at = Date.parse(part.querySelector("[data-age]")?.dataset.age) || Date.now();
  const url = new URL(part.dataset.stream, location.href).href;
  if (state.source && state.url === url && state.source.readyState !== EventSource.CLOSED) {
    apply({ at: new Date(state.at).toISOString(), day: part.dataset.day, set: Object.fromEntries([...state.cells].filter(([key]) => part.querySelector(`[data-n="${CSS.escape(key)}"]`))) });
    return;
  }
  state.source?.close();
  state.url = url;
  state.source = new EventSource(url);
  state.source.onopen = () => { state.mode = "live"; clearInterval(state.poll); state.poll = null; age(); };
  state.source.onerror = () => {
    state.mode = "polling";
    state.poll ??= setInterval(look, POLL_MS);
    if (state.source.readyState === EventSource.CLOSED) setTimeout(() => state.part?.isConnected && connect(state.part), POLL_MS);
    age();
  };
  state.source.onmessage = (event) => { try { apply(JSON.parse(event.data)); } catch (problem) { console.warn("a message of the picture was left out", problem); } };
}

setInterval(age, 1000);
addEventListener("pagehide", () => state.source?.close());
addEventListener("pageshow", (event) => event.persisted && state.part && connect(state.part));
mount("[data-picture]", connect);

// The wall: sections come by a stream (every 15 s by themselves while it is away) and are put in place; scenes take turns.
import { token } from "governance/map-style";
import { drawings } from "command/wall-charts";
import { setList } from "command/wall-lists";
import { roll } from "command/wall-roll";

const POLL_MS = 15_000;
const STALE_MS = 45_000;
const screen = document.querySelector("[data-wall]");
const words = screen.dataset;
const still = matchMedia("(prefers-reduced-motion: reduce)");
const charts = new Map(); // box -> chart
const timeZone = document.documentElement.dataset.zone; // the city's, whatever the screen's own clock is set to
const state = { sections: {}, at: 0, mode: "polling", day: "", scene: -1, poll: null, source: null };
const rem = () => parseFloat(getComputedStyle(document.documentElement).fontSize);

function putFigures(figures) {
  for (const one of figures) {
    const box = screen.querySelector(`[data-figure="${one.key}"]`);
    if (!box) continue;
    box.dataset.lamp = one.lamp;
    box.querySelector(".wall-lamp").dataset.lamp = one.lamp;
    box.querySelector(".wall-note").textContent = one.note;
    roll(box.querySelector(".roll"), one.value, still.matches);
  }
}

function draw(box) {
  const chart = charts.get(box);
  const make = drawings[box.dataset.draw];
  if (!chart || !make) return;
  const option = make(state.sections, { token, rem: rem(), words });
  if (option) chart.setOption({ animation: !still.matches, animationDurationUpdate: 900, ...option }, { replaceMerge: ["series"] });
}

function apply(message) {
  Object.assign(state.sections, message.set);
  if (state.day && message.day !== state.day) return location.reload();
  state.day = message.day;
  state.at = Date.parse(message.at);
  if (message.set.figures) putFigures(message.set.figures);
  screen.querySelectorAll("[data-list]").forEach((box) => setList(box, state.sections));
  const scene = scenes()[state.scene];
  scene?.querySelectorAll("[data-draw]").forEach(draw);
  return age();
}

const scenes = () => [...screen.querySelectorAll("[data-scene]")];

async function show(index) {
  const all = scenes();
  state.scene = index;
  all.forEach((scene, at) => scene.classList.toggle("is-on", at === index));
  [...screen.querySelectorAll(".wall-dots i")].forEach((dot, at) => dot.classList.toggle("is-on", at === index));
  screen.querySelector(".wall-scene-name").textContent = all[index].dataset.title;
  const library = await import("echarts");
  for (const box of all[index].querySelectorAll("[data-draw]")) {
    if (!charts.has(box)) charts.set(box, library.init(box, null, { renderer: "canvas" }));
    draw(box);
  }
}

function rotate() {
  const all = scenes();
  const wait = 1000 * Number(all[state.scene].dataset.seconds);
  setTimeout(async () => {
    if (all.length > 1) await show((state.scene + 1) % all.length);
    rotate();
  }, wait);
}

function age() {
  const old = Math.max(0, Math.round((Date.now() - state.at) / 1000));
  const isStale = state.mode !== "live" && old * 1000 > STALE_MS;
  const box = screen.querySelector(".wall-age");
  box.dataset.state = isStale ? "stale" : state.mode;
  const text = isStale ? `${words.textStale} · ${words.textOld.replace("{n}", old)}` : state.mode === "live" ? words.textLive : words.textPolling;
  const status = box.querySelector(".wall-state");
  if (status.textContent !== text) status.textContent = text;
  const time = new Date(state.at);
  box.querySelector("time").textContent = time.toLocaleTimeString("zh-CN", { hour12: false, timeZone });
}

function tick() {
  const lang = document.documentElement.lang;
  const moment = new Date();
  screen.querySelector(".wall-clock time").textContent = moment.toLocaleTimeString("zh-CN", { hour12: false, timeZone });
  screen.querySelector(".wall-clock span").textContent = moment.toLocaleDateString(lang, { month: "long", day: "numeric", weekday: "long", timeZone });
  age();
}

async function look() {
  try {
    const answer = await fetch(words.numbers, { headers: { Accept: "application/json" } });
    if (answer.ok) apply(await answer.json());
    else if (answer.status === 403 || answer.status === 404) location.reload(); // the page says why it is closed
  } catch { /* the age of the numbers says it */ }
}

function connect() {
  state.source?.close();
  state.source = new EventSource(words.stream);
  state.source.onopen = () => { state.mode = "live"; clearInterval(state.poll); state.poll = null; age(); };
  state.source.onmessage = (event) => { try { apply(JSON.parse(event.data)); } catch (problem) { console.warn("a message was left out", problem); } };
  state.source.onerror = () => {
    state.mode = "polling";
    state.poll ??= setInterval(look, POLL_MS);
    if (state.source.readyState === EventSource.CLOSED) { look(); setTimeout(connect, POLL_MS); }
    age();
  };
}

addEventListener("resize", () => charts.forEach((chart, box) => { chart.resize(); draw(box); }));
apply(JSON.parse(document.getElementById("wall-first").textContent));
tick();
setInterval(tick, 1000);
connect();
await show(0);
rotate();

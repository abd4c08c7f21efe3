// Maps from the phone's own pack: the own grids and those around them, key places, tasks and stops. No tile is asked for.
import { ask } from "fieldwork/line";
import { keptPack } from "fieldwork/pack";
import { words } from "fieldwork/words";
import { mountMap } from "governance/map";

const collection = (features) => ({ type: "FeatureCollection", features });
const LAMPS = { place: "grey", task: "amber", stop: "red", done: "green" };

const point = (kind, lon, lat, label, url) => ({
  type: "Feature", geometry: { type: "Point", coordinates: [lon, lat] }, properties: { kind, lamp: LAMPS[kind], label, url },
});

/** What is shown as points: nothing of a kind that is switched off. */
export function pointsOf(pack) {
  const tasks = pack.tasks.filter((task) => task.point.length === 2)
    .map(({ number, title, point: [lon, lat] }) => point("task", lon, lat, `${number} ${title}`, `/m/tickets/${number}/`));
  const stops = pack.rounds.flatMap((round) => round.stops)
    .map(([name, lon, lat, state, url]) => point(state === "done" ? "done" : "stop", lon, lat, name, url));
  const have = new Set(stops.map(({ properties }) => properties.label));
  const places = pack.places.filter(([, name]) => !have.has(name)).map(([, name, , lon, lat]) => point("place", lon, lat, name));
  return collection([...places, ...stops, ...tasks]);
}

export const outlinesOf = (pack) => collection(pack.ground);

const block = (id, value) => {
  const made = document.createElement("div");
  made.hidden = true;
  made.id = id;
  made.textContent = JSON.stringify(value);
  return made;
};

/** The kept pack; where nothing is kept, the platform's. */
async function packOf() {
  const kept = await keptPack().catch(() => null);
  if (kept) return kept;
  const answer = await ask("/m/api/pack");
  return answer.ok ? answer.json() : null;
}

function list(box, { features }) {
  const rows = features.map(({ properties: { label, url, kind } }) => {
    const row = document.createElement("li");
    const shown = document.createElement(url ? "a" : "span");
    shown.textContent = label;
    if (url) shown.href = url;
    const lamp = document.createElement("span");
    lamp.className = `lamp lamp-${LAMPS[kind]}`;
    row.append(lamp, shown);
    return row;
  });
  box.querySelector("ul").replaceChildren(...rows);
  box.querySelector("[data-count]").textContent = String(rows.length);
  box.hidden = !rows.length;
}

export async function start(frame) {
  const map = frame.querySelector(".map-box");
  const pack = await packOf().catch(() => null);
  if (!pack) {
    map.querySelector(".map-fallback").textContent = words("needsLine");
    map.querySelector(".map-fallback").hidden = false;
    return;
  }
  const points = pointsOf(pack);
  document.body.append(block("kept-outlines", outlinesOf(pack)), block("kept-points", points));
  list(frame.querySelector("[data-points]"), points);
  mountMap(map);
}

/** Any other map of the phone whose tiles do not come. */
export async function drawBare({ detail }) {
  const pack = await keptPack().catch(() => null);
  if (pack?.ground) detail.draw(outlinesOf(pack));
}

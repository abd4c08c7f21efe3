// Tickets on the map: cells that the server has counted, a heat map of them, an area drawn by hand, the list beside it.
// What is shown stands in the address: ?tickets=1&lamp=&q=&area=&heat=1, and the view behind the #.
import { startSketch } from "map/sketch";
import { token } from "governance/map-style";

const NOTHING = { type: "FeatureCollection", features: [] };
const WAIT_MS = 160, CLOSEST = 17, LIVE_MS = 3_000;
const LAYERS = ["tickets-heat", "tickets-cell", "tickets-count", "tickets-area", "tickets-area-line", "tickets-here"];
const tone = () => ["match", ["get", "lamp"], "red", token("--lamp-red"), "amber", token("--lamp-amber"), "green", token("--lamp-green"), token("--lamp-grey")];

/** Sources and layers, hidden until they are asked for. */
export function addTickets(map) {
  for (const id of ["tickets", "tickets-area", "tickets-here"]) map.addSource(id, { type: "geojson", data: NOTHING });
  const hidden = { visibility: "none" };
  map.addLayer({ id: "tickets-area", type: "fill", source: "tickets-area", layout: hidden, paint: { "fill-color": token("--link"), "fill-opacity": 0.1 } });
  map.addLayer({ id: "tickets-area-line", type: "line", source: "tickets-area", layout: hidden, paint: { "line-color": token("--link"), "line-width": 2, "line-dasharray": [2, 1] } });
  map.addLayer({ id: "tickets-heat", type: "heatmap", source: "tickets", layout: hidden, paint: {
    "heatmap-weight": ["sqrt", ["get", "share"]], "heatmap-intensity": 1.3, "heatmap-radius": 58, "heatmap-opacity": 0.85,
    "heatmap-color": ["interpolate", ["linear"], ["heatmap-density"], 0, "rgba(255,255,255,0)", 0.2, token("--heat-1"), 0.5, token("--heat-2"), 0.75, token("--heat-3"), 1, token("--heat-4")],
  } });
  map.addLayer({ id: "tickets-cell", type: "circle", source: "tickets", layout: hidden, paint: {
    "circle-radius": ["interpolate", ["linear"], ["sqrt", ["get", "count"]], 1, 8, 1.4, 12, 3, 14, 10, 20, 60, 28], "circle-color": tone(), "circle-stroke-color": token("--map-halo"), "circle-stroke-width": 2,
  } });
  map.addLayer({ id: "tickets-count", type: "symbol", source: "tickets", filter: [">", ["get", "count"], 1], layout: { ...hidden, "text-field": ["to-string", ["get", "count"]], "text-size": 12, "text-allow-overlap": true },
    paint: { "text-color": "#000", "text-halo-color": "#fff", "text-halo-width": 1.6 } });
  map.addLayer({ id: "tickets-here", type: "circle", source: "tickets-here", layout: hidden, paint: { "circle-radius": 14, "circle-color": "rgba(0,0,0,0)", "circle-stroke-color": token("--brand"), "circle-stroke-width": 3 } });
}

const point = (most) => ([lon, lat, count, lamp], at) => ({ type: "Feature", id: at, geometry: { type: "Point", coordinates: [lon, lat] }, properties: { count, lamp, at, share: count / most } });
const ring = (corners) => ({ type: "Feature", properties: {}, geometry: { type: "Polygon", coordinates: [[...corners, corners[0]]] } });
const cornersOf = (text) => text.split(";").map((pair) => pair.split(",").map(Number));
const boxOf = (map) => map.getBounds().toArray().flat().map((value) => value.toFixed(5)).join(",");

/** The tickets' part of the page; `side` tells which of grid card and list has the side. */
export function startTickets(map, config, page, side) {
  const asked = new URL(location.href).searchParams;
  const state = { isOn: asked.get("tickets") === "1", lamp: asked.get("lamp") ?? "", q: asked.get("q") ?? "", area: asked.get("area") ?? "", isHeat: asked.get("heat") === "1" };
  const button = page.querySelector("[data-tickets-toggle]"), card = page.querySelector("#map-card"), note = page.querySelector("[data-tickets-trouble]");
  let timer, due = null, turn = 0, boxes = [], sums = null;

  const query = (box) => {
    const found = new URLSearchParams({ box });
    for (const key of ["lamp", "q", "area"]) if (state[key]) found.set(key, state[key]);
    return found;
  };
  const keep = () => {
    const url = new URL(location.href);
    const shown = { tickets: state.isOn ? "1" : "", lamp: state.lamp, q: state.q, area: state.area, heat: state.isHeat ? "1" : "" };
    for (const [key, value] of Object.entries(shown)) {
      if (state.isOn && value) url.searchParams.set(key, value);
      else url.searchParams.delete(key);
    }
    history.replaceState(history.state, "", url);
  };
  const shows = (name) => state.isOn && (name === "tickets-heat" ? state.isHeat : name === "tickets-cell" || name === "tickets-count" ? !state.isHeat : true);
  const dress = () => {
    LAYERS.forEach((name) => map.setLayoutProperty(name, "visibility", shows(name) ? "visible" : "none"));
    map.getSource("tickets-area").setData(state.area ? ring(cornersOf(state.area)) : NOTHING);
    button.setAttribute("aria-pressed", String(state.isOn));
  };
  const tell = () => {
    if (!sums) return;
    const total = card.querySelector("[data-tickets-total]");
    if (total) total.textContent = sums.total;
    card.querySelectorAll("[data-lamp-count]").forEach((item) => { item.textContent = state.lamp && state.lamp !== item.dataset.lampCount ? "" : sums[item.dataset.lampCount]; });
    card.querySelector("[data-tickets-heat]")?.setAttribute("aria-pressed", String(state.isHeat));
  };
  const load = async (box = boxOf(map), isLive = false) => {
    const now = ++turn, rows = query(boxOf(map));
    rows.set("zoom", map.getZoom().toFixed(2));
    const answer = await fetch(`${config.tickets}?${rows}`, { headers: { Accept: "application/json" }, credentials: "same-origin" });
    const found = await answer.json();
    if (now !== turn || !state.isOn) return;
    note.hidden = answer.ok;
    note.textContent = answer.ok ? "" : found.detail;
    if (!answer.ok) return;
    ({ boxes, sums } = found);
    map.getSource("tickets").setData({ type: "FeatureCollection", features: found.points.map(point(Math.max(4, ...found.points.map((one) => one[2])))) });
    page.dataset.tickets = String(sums.total);
    if (isLive && side.scrollTop > 8) return tell();  // whoever reads further down keeps the place
    await window.htmx.ajax("GET", `${config.ticketList}?${query(box)}`, { target: "#map-card", swap: "innerHTML" });
    tell();
  };
  const later = () => { clearTimeout(timer); timer = setTimeout(() => load().catch((reason) => console.info(reason)), WAIT_MS); };
  const nudged = () => {  // by the live stream, at most every few seconds; by its polling while it is away
    if (!state.isOn || sketch.isOn() || due) return;
    due = setTimeout(() => { due = null; if (state.isOn) load(boxOf(map), true).catch((reason) => console.info(reason)); }, LIVE_MS);
  };
  const change = (changes) => {
    Object.assign(state, changes);
    keep();
    dress();
    if (state.isOn) later();
  };
  const sketch = startSketch(map, page, {
    done: (corners) => change({ area: corners.map((pair) => pair.map((value) => value.toFixed(5)).join(",")).join(";") }),
  });
  const toggle = (isOn) => {
    sketch.stop();
    side.dataset.open = isOn ? "tickets" : "overview";
    change(isOn ? { isOn } : { isOn, lamp: "", q: "", area: "", isHeat: false });
    if (!isOn) { page.dataset.tickets = ""; window.htmx.ajax("GET", config.overview, { target: "#map-card", swap: "innerHTML" }); }
  };

  page.querySelector("[data-tickets-live]")?.addEventListener("live", nudged);
  button.addEventListener("click", () => toggle(!state.isOn));
  card.addEventListener("click", ({ target }) => {
    const lamp = target.closest("[data-lamp-wanted]")?.dataset.lampWanted;
    const span = target.closest("[data-tickets-span]")?.dataset.ticketsSpan;
    if (span !== undefined) change({ q: span });
    if (lamp) change({ lamp: state.lamp === lamp ? "" : lamp });
    if (target.closest("[data-tickets-close]")) toggle(false);
    if (target.closest("[data-tickets-draw]")) sketch.start();
    if (target.closest("[data-tickets-undraw]")) change({ area: "" });
    if (target.closest("[data-tickets-heat]")) change({ isHeat: !state.isHeat });
  });
  const here = ({ target }) => {
    const row = target.closest?.("[data-lon]");
    const isPlaced = state.isOn && row?.dataset.lon;
    map.getSource("tickets-here")?.setData(isPlaced ? { type: "Feature", properties: {}, geometry: { type: "Point", coordinates: [Number(row.dataset.lon), Number(row.dataset.lat)] } } : NOTHING);
  };
  for (const name of ["mouseover", "focusin"]) card.addEventListener(name, here);
  map.on("click", "tickets-cell", (event) => {
    if (sketch.isOn()) return;
    event.preventDefault();
    const [west, south, east, north] = boxes[event.features[0].properties.at];
    const isWide = east - west > 1e-5 || north - south > 1e-5;
    if (isWide && map.getZoom() < CLOSEST) map.fitBounds([west, south, east, north], { padding: 120, maxZoom: CLOSEST });
    else load([west - 1e-6, south - 1e-6, east + 1e-6, north + 1e-6].join(",")).catch((reason) => console.info(reason));
  });
  map.on("moveend", () => { if (state.isOn && !sketch.isOn()) later(); });
  dress();
  if (state.isOn) { side.dataset.open = "tickets"; later(); }
  return { again: () => { dress(); if (state.isOn) later(); }, isDrawing: sketch.isOn, leave: () => { if (state.isOn) change({ isOn: false }); } };
}

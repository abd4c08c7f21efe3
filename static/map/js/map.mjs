// The map page: the map, the card beside it, the switch of layers, the measure, the search box, the address bar.
import { mount } from "governance/page";
import { addLayers, addSources, COLOURED, only, show } from "map/layers";
import { isIndicator, startIndicators } from "map/indicators";
import { loadNumbers, openMeasures } from "map/measures";
import { addPoints, POINTS, startPoints } from "map/points";
import { addSketch } from "map/sketch";
import { addTickets, startTickets } from "map/tickets";
import { fitTo, flyTo, onScheme, openMap, restyle, roomOf, tellState, watchTiles } from "map/view";

const ZOOM_OF = { city: 9.5, district: 10.5, town: 12, community: 13.5 };
const CLOSER = 1; // than the zoom at which grids begin: a community that is taken fills a good part of the window
const config = () => JSON.parse(document.getElementById("map-config").textContent);

/** The card: loaded by htmx into the side; `?grid=` follows. */
function startCard(page, map, settings, choose, tickets) {
  const side = page.querySelector("#map-side");
  const load = (url) => window.htmx.ajax("GET", url, { target: "#map-card", swap: "innerHTML" });
  const open = async (code, { isFocused = false, isSought = false } = {}) => {
    choose(code);
    tickets.leave();
    const url = new URL(location.href);
    if (code) url.searchParams.set("grid", code);
    else url.searchParams.delete("grid");
    history.replaceState(history.state, "", url);
    side.dataset.open = code ? "card" : "overview";
    await load(code ? settings.cards.replace("/0/", `/${code}/`) : settings.overview);
    if (isSought) show();
    if (isFocused) side.querySelector("h2")?.focus();
    side.scrollTop = 0;
  };
  const show = (animate = true) => {
    const box = side.querySelector("[data-box]")?.dataset.box;
    if (box) fitTo(map, box, roomOf(page), 16, animate);
  };
  side.addEventListener("click", (event) => {
    if (event.target.closest("[data-card-close]")) { event.preventDefault(); open(null); page.querySelector("canvas")?.focus(); }
    const link = event.target.closest("[data-grid]");
    if (link) { event.preventDefault(); page.dispatchEvent(new CustomEvent("grid-wanted", { detail: link.dataset })); }
  });
  return { open, show };
}

const AREAS = Object.values(COLOURED).map(({ layer }) => layer);

/** A grid that is taken opens its card; a community, which stands for its grids from afar, is looked at from nearer. */
function startPointer(map, open, approach, hovers) {
  const areaAt = (point) => map.queryRenderedFeatures(point, { layers: AREAS })[0];
  const take = (point, options) => {
    const area = areaAt(point);
    if (area?.source === COLOURED.grid.source) open(area.properties.code, options);
    else if (area) approach(map.unproject(point));
  };
  map.on("click", (event) => event.defaultPrevented || take(event.point));
  // What lies under the pointer is looked up once a frame at most, and never while the map moves under it.
  let pointer = null, frame = 0;
  const look = () => {
    frame = 0;
    if (map.isMoving()) return;
    const under = pointer ? map.queryRenderedFeatures(pointer, { layers: [...POINTS, ...AREAS] }) : [];
    const area = under.find(({ layer }) => AREAS.includes(layer.id));
    for (const { source } of Object.values(COLOURED)) hovers[source](area?.source === source ? area.id : null);
    map.getCanvas().style.cursor = under.length ? (under[0] === area && area.source === COLOURED.community.source ? "zoom-in" : "pointer") : "";
  };
  const later = () => { frame ||= requestAnimationFrame(look); };
  map.on("mousemove", ({ point }) => { pointer = point; later(); });
  map.on("mouseout", () => { pointer = null; later(); });
  map.on("moveend", later);
  // With the keyboard: arrows move the map, Enter takes what is under the cross in its middle.
  map.getCanvas().addEventListener("keydown", (event) => {
    if (event.key === "Enter") take(map.project(map.getCenter()), { isFocused: true });
  });
}

function startSwitch(page, map, points) {
  const boxes = [...page.querySelectorAll("[data-layer]")];
  const apply = (box) => {
    show(map, box.dataset.layer, box.checked);
    const key = page.querySelector(`[data-key="${box.dataset.layer}"]`);
    if (key) key.hidden = !box.checked;
    points.refresh();
  };
  boxes.forEach((box) => box.addEventListener("change", () => apply(box)));
  return () => boxes.forEach(apply);
}

async function start(page) {
  const settings = config(), isPlaced = Boolean(location.hash), numbers = loadNumbers(settings.numbers);
  const canvas = page.querySelector(".map-canvas");
  const { library, map } = await openMap(canvas, { base: settings.base, note: settings.note, bounds: settings.bounds, fitBoundsOptions: { padding: roomOf(page), maxZoom: 15 }, hash: true });
  const systems = [...page.querySelectorAll("[data-layer^=overlay-]")].map((box) => box.dataset.layer.slice(8));
  const dress = () => {
    addSources(map, settings.tiles, settings.near);
    addLayers(map, { hasBase: Boolean(settings.base), systems, near: settings.near });
    addPoints(map);
    addTickets(map);
    addSketch(map);
  };
  dress();
  const choose = only(map, "grids", "chosen", ["grid-chosen-edge", "grid-chosen"]);
  const hovers = { grids: only(map, "grids", "hover"), regions: only(map, "regions", "hover") };
  const points = startPoints(library, map, settings, page);
  const applySwitch = startSwitch(page, map, points);
  applySwitch();
  const tickets = startTickets(map, settings, page, page.querySelector("#map-side"));  // before the pointer: what it takes is taken
  const { open, show } = startCard(page, map, settings, choose, tickets);
  startPointer(map, open, ({ lng, lat }) => flyTo(map, lng, lat, settings.near + CLOSER, roomOf(page)), hovers);
  tellState(map, page);
  const goTo = ({ lon, lat, level, grid }) => {
    if (level === "grid" && grid) open(grid, { isSought: true });
    else if (Number.isFinite(lon)) flyTo(map, lon, lat, ZOOM_OF[level], roomOf(page));
  };
  page.addEventListener("grid-wanted", ({ detail }) => goTo({ ...detail, level: "grid" }));
  page.addEventListener("picked", ({ detail }) => detail && goTo({ ...detail, grid: detail.value }));
  if (settings.chosen) {
    choose(settings.chosen);
    if (!isPlaced) show(false);
  }
  let paint = () => {};
  const again = () => { dress(); points.forget(); applySwitch(); paint(); choose.again(); tickets.again(); };
  watchTiles(map, page.querySelector(".map-trouble"), () => restyle(map, settings.base, again));
  onScheme(map, settings.base, again);
  const box = page.querySelector(".map-key"), measure = box.querySelector("select");
  const measures = await openMeasures(map, numbers, box, settings.near).catch((reason) => { console.info(reason); box.querySelector("[data-numbers-trouble]").hidden = false; measure.disabled = true; });
  const indicators = startIndicators(map, settings, box, settings.near), asked = new URL(location.href).searchParams.get("measure");
  if (asked && [...measure.options].some(({ value }) => value === asked)) measure.value = asked;
  paint = () => {
    if (isIndicator(measure.value)) { measures?.stop(); indicators.draw(measure.value); }
    else { indicators.stop(); measures?.draw(measure.value); }
  };
  paint();
  measure.addEventListener("change", paint);
}

mount("[data-map-page]", (page) => start(page).catch((reason) => {
  console.info(reason);
  page.querySelector(".map-fallback").hidden = false;
  page.dataset.state = "failed";
}));

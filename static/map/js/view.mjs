// A MapLibre map on our own style: the frame that the map page and the grid editor share.
import { plainStyle } from "governance/map-style";

function sheet() {
  return new Promise((done) => {
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: document.body.dataset.mapSheet });
    link.onload = link.onerror = done;
    document.head.append(link);
  });
}

const words = ({ label, zoomIn, zoomOut, close }) => ({
  "Map.Title": label, "NavigationControl.ZoomIn": zoomIn, "NavigationControl.ZoomOut": zoomOut, "Popup.Close": close,
});

/** The library and a map in `canvas` that layers can be added to; `options` are MapLibre's own, `base` an optional raster address. */
export async function openMap(canvas, { base = "", note = "", bounds = null, ...options }) {
  const [library] = await Promise.all([import("maplibre-gl"), sheet()]);
  const map = new library.Map({
    container: canvas, style: plainStyle(base), attributionControl: false, dragRotate: false, pitchWithRotate: false,
    maxZoom: 19, minZoom: 4, locale: words(canvas.dataset), fadeDuration: 0, // names appear with what they name, and no frames are spent on fading
    ...(bounds ? { bounds, fitBoundsOptions: { padding: 48, maxZoom: 15 } } : {}), ...options,
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation?.();
  map.addControl(new library.NavigationControl({ showCompass: false }), "bottom-right");
  map.addControl(new library.ScaleControl({ maxWidth: 96 }), "bottom-right");
  if (note) map.addControl(new library.AttributionControl({ customAttribution: note }), "bottom-right");
  await new Promise((done, broken) => {
    map.once("style.load", done); // what is to be drawn is added before the first frame, not after it
    map.on("error", (event) => event.sourceId || broken(event.error)); // a missing tile is no reason to give up
  });
  return { library, map };
}

const EDGE = 32, HINT = 88; // the hint of a tool appears below the editor's bar

/** Pixels at each edge of the map in `page` that tools and legend cover, so that what is fitted lies in the open. */
export function roomOf(page) {
  const ground = page.querySelector(".map-canvas").getBoundingClientRect(), room = { top: EDGE, right: EDGE, bottom: EDGE, left: EDGE };
  const boxes = [".map-tools", ".editor-bar", ".map-key"].map((name) => page.querySelector(name)?.getBoundingClientRect());
  const [tools, bar, legend] = boxes.map((box) => (box?.height ? box : null));
  if (tools) room.top = tools.bottom - ground.top + EDGE / 2;
  if (bar) room.top = bar.bottom - ground.top + HINT;
  // The legend stands in a corner: the map gives up the strip that costs it less.
  if (legend && legend.width / ground.width < legend.height / ground.height) room.left = legend.right - ground.left + EDGE / 2;
  else if (legend) room.bottom = ground.bottom - legend.top + EDGE / 2;
  if (room.left + room.right > 0.8 * ground.width || room.top + room.bottom > 0.8 * ground.height) return { top: 16, right: 16, bottom: 16, left: 16 };
  return room;
}

/** Keeps `box.dataset.state` at "idle" while everything asked for is drawn, else "busy"; tests and screen readers wait for it. */
export function tellState(map, box) {
  const tell = (state) => { box.dataset.state = state; box.setAttribute("aria-busy", String(state === "busy")); };
  map.on("idle", () => tell("idle"));
  for (const name of ["movestart", "dataloading", "sourcedata"]) map.on(name, () => map.loaded() || tell("busy"));
  tell(map.loaded() ? "idle" : "busy");
}

/** Draws everything anew, from sources that have tried nothing yet. */
export function restyle(map, base, dress) {
  map.once("style.load", dress);
  map.setStyle(plainStyle(base), { diff: false });
}

/** Dresses the map again when the person's system turns dark or light. */
export const onScheme = (map, base, dress) => matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => restyle(map, base, dress));

export const isCalm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** Moves there, to the middle of what is not covered: a flight, or a jump for people who asked for less motion. */
export function flyTo(map, lon, lat, zoom, { top, right, bottom, left }) {
  map.flyTo({ center: [lon, lat], zoom, offset: [(left - right) / 2, (top - bottom) / 2], duration: 900, animate: !isCalm() });
}

/** Shows the window `box` (four numbers in a text) in the open. */
export function fitTo(map, box, room, maxZoom = 16, animate = true) {
  const [west, south, east, north] = box.split(",").map(Number);
  map.fitBounds([west, south, east, north], { padding: room, maxZoom, animate: animate && !isCalm(), duration: 700 });
}

/** Says when tiles do not come, and calls `again` on demand; `note` has a button. */
export function watchTiles(map, note, again) {
  map.on("error", ({ sourceId }) => { if (sourceId) note.hidden = false; });
  note.querySelector("button").addEventListener("click", () => { note.hidden = true; again(); });
}

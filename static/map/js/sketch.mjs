// An area drawn by hand: each click sets a corner, a double click or Enter ends it, Escape gives it up.
import { token } from "governance/map-style";

const NOTHING = { type: "FeatureCollection", features: [] };
const MOST = 60;

export function addSketch(map) {
  map.addSource("sketch", { type: "geojson", data: NOTHING });
  map.addLayer({ id: "sketch-line", type: "line", source: "sketch", paint: { "line-color": token("--link"), "line-width": 2.5 } });
  map.addLayer({ id: "sketch-corner", type: "circle", source: "sketch", filter: ["==", ["geometry-type"], "Point"], paint: { "circle-radius": 5, "circle-color": token("--surface"), "circle-stroke-color": token("--link"), "circle-stroke-width": 2 } });
}

export function startSketch(map, page, { done }) {
  const hint = page.querySelector("[data-sketch-hint]");
  let corners = null;

  const draw = (pointer = null) => {
    const line = pointer ? [...corners, pointer] : corners ?? [];
    const features = (corners ?? []).map((coordinates) => ({ type: "Feature", properties: {}, geometry: { type: "Point", coordinates } }));
    if (line.length > 1) features.push({ type: "Feature", properties: {}, geometry: { type: "LineString", coordinates: line.length > 2 ? [...line, line[0]] : line } });
    map.getSource("sketch").setData({ type: "FeatureCollection", features });
  };
  const stop = () => {
    if (!corners) return;
    corners = null;
    hint.hidden = true;
    map.doubleClickZoom.enable();
    map.getCanvas().style.cursor = "";
    draw();
  };
  const finish = () => {
    const found = corners;
    stop();
    if (found.length > 2) done(found);
  };
  map.on("click", (event) => {
    if (!corners) return;
    event.preventDefault();
    const last = corners.at(-1), here = event.lngLat.toArray();
    if (!last || map.project(last).dist(event.point) > 4) corners.push(here);
    draw();
    if (corners.length === MOST) finish();
  });
  map.on("dblclick", (event) => {
    if (!corners) return;
    event.preventDefault();
    finish();
  });
  map.on("mousemove", ({ lngLat }) => { if (corners?.length) draw(lngLat.toArray()); });
  document.addEventListener("keydown", (event) => {
    if (!corners) return;
    if (event.key === "Escape") stop();
    else if (event.key === "Enter") { event.preventDefault(); event.stopImmediatePropagation(); finish(); }
  }, true);
  return {
    start() {
      corners = [];
      hint.hidden = false;
      map.doubleClickZoom.disable();
      map.getCanvas().style.cursor = "crosshair";
      map.getCanvas().focus();
      draw();
    },
    stop,
    isOn: () => corners !== null,
  };
}

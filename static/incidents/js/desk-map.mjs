// The map of the desk: grid borders from our tiles, a pin for each ticket of the list, rings for what is similar.
import { token } from "governance/map-style";
import { addLayers, addSources } from "map/layers";
import { flyTo, onScheme, openMap, tellState } from "map/view";

const NEAR = 15.2;
const IN_THE_OPEN = { top: 0, right: 0, bottom: 0, left: 0 }; // nothing covers the middle of this map
const collection = (features) => ({ type: "FeatureCollection", features });
const point = ({ lon, lat, ...properties }) => ({ type: "Feature", geometry: { type: "Point", coordinates: [lon, lat] }, properties });
const toneOf = () => ["match", ["get", "lamp"], "red", token("--lamp-red"), "amber", token("--lamp-amber"), "green", token("--lamp-green"), token("--lamp-grey")];

function addPins(map) {
  for (const id of ["desk-list", "desk-similar", "desk-chosen"]) map.addSource(id, { type: "geojson", data: collection([]) });
  const edge = token("--map-halo");
  map.addLayer({ id: "desk-list", type: "circle", source: "desk-list", paint: { "circle-radius": ["interpolate", ["linear"], ["zoom"], 9, 4, 14, 7], "circle-color": toneOf(), "circle-stroke-color": edge, "circle-stroke-width": 1.5 } });
  map.addLayer({ id: "desk-similar", type: "circle", source: "desk-similar", paint: { "circle-radius": 7, "circle-color": token("--surface"), "circle-opacity": 0.85, "circle-stroke-color": token("--chart-4"), "circle-stroke-width": 3 } });
  map.addLayer({ id: "desk-chosen", type: "circle", source: "desk-chosen", paint: { "circle-radius": 13, "circle-color": "rgba(0,0,0,0)", "circle-stroke-color": token("--brand"), "circle-stroke-width": 3 } });
}

function fallBack(desk, reason) {
  console.info(reason);
  desk.querySelector(".map-fallback").hidden = false;
  desk.dataset.state = "failed";
  return { list() {}, similar() {}, chosen() {} };
}

async function open(desk, config, { pins, choose }) {
  const canvas = desk.querySelector(".desk-map .map-canvas");
  const { library, map } = await openMap(canvas, { base: config.base, note: config.note, bounds: config.bounds });
  const kept = { list: pins, similar: [], chosen: null };
  const draw = () => {
    map.getSource("desk-list").setData(collection(kept.list.map(point)));
    map.getSource("desk-similar").setData(collection(kept.similar.map(point)));
    map.getSource("desk-chosen").setData(collection(kept.chosen ? [point({ lon: kept.chosen[0], lat: kept.chosen[1] })] : []));
  };
  const dress = () => {
    addSources(map, config.tiles, config.near);
    addLayers(map, { hasBase: Boolean(config.base), systems: [], near: config.near });
    addPins(map);
    draw();
  };
  dress();
  tellState(map, desk);
  const note = new library.Popup({ closeButton: false, closeOnClick: false, maxWidth: "18rem", offset: 10 });
  map.on("mouseenter", "desk-list", ({ features: [pin] }) => {
    map.getCanvas().style.cursor = "pointer";
    note.setLngLat(pin.geometry.coordinates).setText(pin.properties.title).addTo(map);
  });
  map.on("mouseleave", "desk-list", () => { map.getCanvas().style.cursor = ""; note.remove(); });
  map.on("click", "desk-list", ({ features: [pin] }) => choose(pin.properties.number));
  onScheme(map, config.base, dress);
  return {
    list(found) { kept.list = found; draw(); },
    similar(found) { kept.similar = found; draw(); },
    chosen(at) {
      kept.chosen = at;
      kept.similar = [];
      draw();
      if (at) flyTo(map, at[0], at[1], Math.max(map.getZoom(), NEAR), IN_THE_OPEN);
    },
  };
}

/** Answers at once with what keeps the pins; where no map can be drawn, the list says the same. */
export function startDeskMap(desk, config, options) {
  return open(desk, config, options).catch((reason) => fallBack(desk, reason));
}

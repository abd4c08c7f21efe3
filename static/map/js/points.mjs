// Points over the grids: key places of the window that is looked at, and the command units.
import { token } from "governance/map-style";

const PLACES_FROM = 12;
const NOTHING = { type: "FeatureCollection", features: [] };
const TIER_ZOOM = { city: 0, district: 8, town: 9.5, community: 12 };

/** The layers whose points tell about themselves when they are clicked. */
export const POINTS = ["places-dot", "patrols-dot", "cameras-dot", ...Object.keys(TIER_ZOOM).map((tier) => `stations-${tier}`)];

async function geojson(url) {
  const answer = await fetch(url, { headers: { Accept: "application/geo+json, application/json" }, credentials: "same-origin" });
  return answer.ok ? answer.json() : NOTHING;
}

function text(map, id, source, size, minzoom) {
  map.addLayer({
    id, type: "symbol", source, minzoom,
    layout: { "text-field": ["get", "name"], "text-size": size, "text-max-width": 9, "text-anchor": "top", "text-offset": [0, 0.7], "text-optional": true },
    paint: { "text-color": token("--map-label"), "text-halo-color": token("--map-halo"), "text-halo-width": 1.6 },
  });
}

/** Adds both sources with their layers, hidden. */
export function addPoints(map) {
  map.addSource("places", { type: "geojson", data: NOTHING });
  map.addSource("stations", { type: "geojson", data: NOTHING });
  map.addSource("cameras", { type: "geojson", data: NOTHING });
  map.addSource("patrols", { type: "geojson", data: NOTHING });
  map.addLayer({ id: "places-dot", type: "circle", source: "places", minzoom: PLACES_FROM, paint: {
    "circle-radius": ["interpolate", ["linear"], ["zoom"], 12, 3, 16, 6], "circle-stroke-width": 1.5, "circle-stroke-color": token("--map-halo"),
    "circle-color": ["match", ["get", "risk"], "high", token("--risk-red"), "medium", token("--risk-orange"), token("--chart-2")],
  } });
  text(map, "places-label", "places", 11, 15);
  Object.entries(TIER_ZOOM).forEach(([tier, minzoom], at) => {
    map.addLayer({ id: `stations-${tier}`, type: "circle", source: "stations", minzoom, filter: ["==", ["get", "tier"], tier], paint: {
      "circle-radius": 8 - 1.25 * at, "circle-color": token("--brand"), "circle-stroke-color": token("--map-halo"), "circle-stroke-width": 2,
    } });
  });
  text(map, "stations-label", "stations", 11, 13);
  map.addLayer({ id: "patrols-dot", type: "circle", source: "patrols", paint: { "circle-radius": 7, "circle-color": token("--chart-3"), "circle-stroke-color": token("--map-halo"), "circle-stroke-width": 2 } });
  text(map, "patrols-label", "patrols", 11, 12);
  map.addLayer({ id: "cameras-dot", type: "circle", source: "cameras", minzoom: PLACES_FROM, paint: { "circle-radius": 5, "circle-color": token("--chart-4"), "circle-stroke-color": token("--map-halo"), "circle-stroke-width": 1.5 } });
  for (const id of ["patrols-dot", "patrols-label", "cameras-dot"]) map.setLayoutProperty(id, "visibility", "none"); // where nobody may switch them on
}

function lines(properties, dataset) {
  const box = document.createElement("div");
  box.className = "map-note";
  const strong = document.createElement("strong");
  strong.textContent = properties.name;
  box.append(strong);
  const risk = properties.risk && dataset[`risk${properties.risk[0].toUpperCase()}${properties.risk.slice(1)}`];
  for (const part of [properties.kind, risk, properties.phone]) {
    if (!part) continue;
    const row = document.createElement("div");
    row.textContent = part;
    box.append(row);
  }
  if (properties.url) {
    const link = document.createElement("a");
    Object.assign(link, { href: properties.url, target: "_blank", rel: "noopener noreferrer", textContent: dataset.openPicture });
    box.append(link);
  }
  return box;
}

/** Fetches what is switched on, and tells about a point that is clicked. */
export function startPoints(library, map, config, box) {
  let hasStations = false, turn = 0;
  const isShown = (source) => map.getLayoutProperty(source === "stations" ? "stations-city" : `${source}-dot`, "visibility") !== "none";
  const refresh = async () => {
    if (isShown("stations") && !hasStations) {
      hasStations = true;
      map.getSource("stations").setData(await geojson(config.stations));
    }
    if (config.patrols && isShown("patrols")) map.getSource("patrols").setData(await geojson(config.patrols)); // changes by itself: with every look
    if (map.getZoom() < PLACES_FROM) return;
    const now = ++turn, box4 = map.getBounds().toArray().flat().map((value) => value.toFixed(5)).join(",");
    if (isShown("cameras")) map.getSource("cameras").setData(await geojson(`${config.cameras}?box=${box4}`));
    if (!isShown("places")) return;
    const found = await geojson(`${config.places}?box=${box4}`);
    if (now === turn) map.getSource("places").setData(found);
  };
  map.on("moveend", refresh);
  for (const layer of POINTS) {
    map.on("click", layer, (event) => {
      event.preventDefault();
      const [point] = event.features;
      new library.Popup({ maxWidth: "16rem" }).setLngLat(point.geometry.coordinates).setDOMContent(lines(point.properties, box.dataset)).addTo(map);
    });
  }
  return { refresh, forget: () => { hasStations = false; } };
}

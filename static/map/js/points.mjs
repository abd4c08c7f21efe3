// Points over the grids: key places of the window that is looked at, and the command units.
import { token } from "governance/map-style";

const PLACES_FROM = 12;
const NOTHING = { type: "FeatureCollection", features: [] };
const TIER_ZOOM = { city: 0, district: 8, town: 9.5, community: 12 };

/** The layers whose points tell about themselves when they are clicked. */
export const POINTS = ["places-dot", ...Object.keys(TIER_ZOOM).map((tier) => `stations-${tier}`)];

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
  return box;
}

/** Fetches what is switched on, and tells about a point that is clicked. */
export function startPoints(library, map, config, box) {
  let hasStations = false, turn = 0;
  const isShown = (source) => map.getLayoutProperty(source === "places" ? "places-dot" : "stations-city", "visibility") !== "none";
  const refresh = async () => {
    if (isShown("stations") && !hasStations) {
      hasStations = true;
      map.getSource("stations").setData(await geojson(config.stations));
    }
    if (!isShown("places") || map.getZoom() < PLACES_FROM) return;
    const now = ++turn, box4 = map.getBounds().toArray().flat().map((value) => value.toFixed(5)).join(",");
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

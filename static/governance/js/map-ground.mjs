// The ground of a map from our own vector tiles: grids and regions of a whole city, without loading their outlines.
import { token } from "governance/map-style";

const SOURCES = { regions: [4, 16], grids: [8, 16] };
const isChosen = ["boolean", ["feature-state", "chosen"], false];
const name = () => (document.documentElement.lang.startsWith("en") ? ["coalesce", ["get", "name_en"], ["get", "name"]] : ["get", "name"]);

/** The address of a layer's tiles; `tiles` has {layer}, {z}, {x}, {y}. */
export const tilesOf = (tiles, layer) => new URL(tiles.replace("{layer}", layer), location.href).href.replaceAll("%7B", "{").replaceAll("%7D", "}");

/** The feature that stands for a grid's code. */
export const groundFeature = (code) => ({ source: "grids", sourceLayer: "areas", id: Number(code) });

function label(id, source, size, rest) {
  return {
    id, type: "symbol", source, "source-layer": "labels",
    layout: { "text-field": name(), "text-size": size, "text-max-width": 8, "text-padding": 6 },
    paint: { "text-color": token("--map-label"), "text-halo-color": token("--map-halo"), "text-halo-width": 1.6 }, ...rest,
  };
}

/** Sources and layers: a faint fill, thin borders of grids, stronger ones of communities and above, names where there is room. */
export function addGround(map, tiles, hasBase) {
  for (const [layer, [minzoom, maxzoom]] of Object.entries(SOURCES)) {
    map.addSource(layer, { type: "vector", tiles: [tilesOf(tiles, layer)], minzoom, maxzoom });
  }
  const thin = token("--map-line"), strong = token("--map-line-strong"), areas = { "source-layer": "areas" };
  [
    { id: "area-fill", type: "fill", source: "grids", ...areas, paint: { "fill-color": token("--map-fill"), "fill-opacity": ["case", isChosen, 0.22, hasBase ? 0.02 : 0.06] } },
    { id: "area-line", type: "line", source: "grids", ...areas, paint: { "line-color": thin, "line-width": ["interpolate", ["linear"], ["zoom"], 9, 0.2, 13, 0.8, 16, 1.2] } },
    { id: "region-line", type: "line", source: "regions", ...areas, paint: { "line-color": strong, "line-width": ["match", ["get", "level"], "community", 1, 1.6] } },
    { id: "area-chosen", type: "line", source: "grids", ...areas, paint: { "line-color": strong, "line-width": ["case", isChosen, 3, 0], "line-opacity": ["case", isChosen, 1, 0] } },
    label("town-label", "regions", 13, { filter: ["==", ["get", "level"], "town"], minzoom: 9, maxzoom: 12 }),
    label("community-label", "regions", 12, { filter: ["==", ["get", "level"], "community"], minzoom: 12, maxzoom: 14 }),
    label("area-label", "grids", 12, { minzoom: 13 }),
  ].forEach((layer) => map.addLayer(layer));
}

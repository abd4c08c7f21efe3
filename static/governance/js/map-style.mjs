// The map's own style: a plain ground, areas, lines, labels from local fonts. Colours are the page's tokens.
export const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

const LABELLED_FROM = 13;

/** A style without base tiles; `tiles` is an optional raster address with {z}, {x}, {y}. */
export function plainStyle(tiles) {
  const style = {
    version: 8,
    sources: {},
    layers: [{ id: "ground", type: "background", paint: { "background-color": token("--map-ground") } }],
  };
  if (tiles) {
    style.sources.tiles = { type: "raster", tiles: [tiles], tileSize: 256 };
    style.layers.push({ id: "tiles", type: "raster", source: "tiles" });
  }
  return style;
}

const isChosen = ["boolean", ["feature-state", "chosen"], false];

/** Layers for grid or region polygons: thin borders, fill only when a property `level` (0 … 1) gives it meaning. */
export function areaLayers(hasTiles) {
  return [
    { id: "area-fill", type: "fill", source: "areas", paint: {
      "fill-color": token("--map-fill"),
      "fill-opacity": ["case", isChosen, 0.22, ["has", "level"], ["*", 0.6, ["get", "level"]], hasTiles ? 0.02 : 0.06],
    } },
    { id: "area-line", type: "line", source: "areas", paint: {
      "line-color": ["case", isChosen, token("--map-line-strong"), token("--map-line")],
      "line-width": ["case", isChosen, 3, 0.8],
    } },
    { id: "area-label", type: "symbol", source: "areas", minzoom: LABELLED_FROM,
      layout: { "text-field": ["coalesce", ["get", "label"], ["get", "name"], ""], "text-size": 12, "text-max-width": 8, "text-padding": 6 },
      paint: { "text-color": token("--map-label"), "text-halo-color": token("--map-halo"), "text-halo-width": 1.4 } },
  ];
}

/** The box [west, south, east, north] of any GeoJSON; null when it is empty. */
export function boundsOf(geojson) {
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  const walk = (part) => {
    if (typeof part?.[0] === "number") {
      box[0] = Math.min(box[0], part[0]);
      box[1] = Math.min(box[1], part[1]);
      box[2] = Math.max(box[2], part[0]);
      box[3] = Math.max(box[3], part[1]);
    } else {
      part?.forEach?.(walk);
    }
  };
  (geojson?.features ?? [geojson]).forEach((feature) => walk((feature?.geometry ?? feature)?.coordinates));
  return box[0] === Infinity ? null : box;
}

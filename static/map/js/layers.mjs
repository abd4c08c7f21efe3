// What is drawn from the tiles: regions, grids, overlays, micro grids; which of them are shown is a switch.
import { tilesOf } from "governance/map-ground";
import { token } from "governance/map-style";

const SOURCES = { regions: [4, 16], overlays: [9, 16], micro: [13, 16] };
const SYSTEM_TONES = { police: "--chart-4", fire: "--chart-3", emergency: "--chart-6", environment: "--chart-5", labour: "--chart-2", market: "--map-line-strong" };
export const TONES = ["ramp-0", "ramp-1", "ramp-2", "ramp-3", "ramp-4", "heat-1", "heat-2", "heat-3", "heat-4"];

const isOn = (name) => ["boolean", ["feature-state", name], false];
const byZoom = (...stops) => ["interpolate", ["linear"], ["zoom"], ...stops];
const name = () => (document.documentElement.lang.startsWith("en") ? ["coalesce", ["get", "name_en"], ["get", "name"]] : ["get", "name"]);
const is = (key, value) => ["==", ["get", key], value];

function line(id, source, paint, more = {}) {
  return { id, type: "line", source, "source-layer": "areas", layout: { "line-join": JOIN, ...more.layout }, paint, ...more.rest };
}

function label(id, source, size, rest = {}, weight = 1.4) {
  return {
    id, type: "symbol", source, "source-layer": "labels",
    layout: { "text-field": name(), "text-size": size, "text-max-width": 8, "text-padding": 6 },
    paint: { "text-color": token("--map-label"), "text-halo-color": token("--map-halo"), "text-halo-width": weight }, ...rest,
  };
}

/** Tile sources of the territory. `tiles` has {layer}, {z}, {x}, {y}; of grids there are none before the zoom `near`. */
export function addSources(map, tiles, near) {
  for (const [layer, [minzoom, maxzoom]] of Object.entries({ ...SOURCES, grids: [Math.floor(near), 16] })) {
    map.addSource(layer, { type: "vector", tiles: [tilesOf(tiles, layer)], minzoom, maxzoom });
  }
}

/** Whose areas carry the colours: communities from afar, grids from the zoom `near` on. */
export const COLOURED = { community: { source: "regions", layer: "community-fill" }, grid: { source: "grids", layer: "grid-fill" } };
const fillOf = (hasBase) => ["match", ["coalesce", ["feature-state", "tone"], -1], ...TONES.flatMap((tone, at) => [at, token(`--${tone}`)]), token(hasBase ? "--map-halo" : "--surface")];

// Joins and caps of hair lines cannot be seen, but a large city has a million of them.
const JOIN = ["step", ["zoom"], "bevel", 13, "round"];
const REGIONS = { community: 0.9, town: 1.5, district: 2, city: 2.4 };
const NONE = "";

const fill = (id, source, hasBase, tinted, rest) => ({
  id, type: "fill", source, "source-layer": "areas",
  paint: { "fill-antialias": false, "fill-color": fillOf(hasBase), "fill-opacity": ["case", isOn("chosen"), 1, isOn("hover"), tinted * 0.8, tinted] }, ...rest,
});

/** Layers from the ground up; grids are drawn from the zoom `near` on, where each has some pixels. Widths that do not depend on the feature let lines share one program of the graphics card. */
export function addLayers(map, { hasBase, systems, near }) {
  const strong = token("--map-line-strong"), thin = token("--map-line");
  const tinted = hasBase ? 0.55 : 0.92;
  const layers = [
    fill("community-fill", "regions", hasBase, tinted, { filter: is("level", "community"), maxzoom: near }),
    fill("grid-fill", "grids", hasBase, tinted, { minzoom: near }),
    line("micro-line", "micro", { "line-color": thin, "line-width": 0.8, "line-dasharray": [2, 2] }),
    line("grid-line", "grids", { "line-color": thin, "line-width": byZoom(9, 0.15, 11, 0.35, 13, 0.8, 16, 1.2) }, { rest: { minzoom: Math.max(near, 9.5) } }),
    line("grid-exclusive", "grids", { "line-color": token("--chart-3"), "line-width": byZoom(12, 0.9, 14, 1.6), "line-offset": byZoom(12, 1.4, 14, 2.6), "line-dasharray": [3, 1.5] }, { rest: { filter: is("kind", "exclusive"), minzoom: 11.5 } }),  // inside its own border, which others share
    ...systems.flatMap((system) => {
      const colour = token(SYSTEM_TONES[system] ?? "--map-line-strong");
      return [
        { id: `overlay-${system}-fill`, type: "fill", source: "overlays", "source-layer": "areas", filter: is("system", system), paint: { "fill-color": colour, "fill-opacity": 0.08 } },
        line(`overlay-${system}-line`, "overlays", { "line-color": colour, "line-width": 1.8, "line-dasharray": [4, 2] }, { rest: { filter: is("system", system) } }),
        label(`overlay-${system}-label`, "overlays", 12, { filter: is("system", system), minzoom: 13 }),
      ];
    }),
    ...Object.entries(REGIONS).map(([level, width]) => line(`region-line-${level}`, "regions", { "line-color": strong, "line-opacity": byZoom(5, 0.9, 13, 0.75), "line-width": level === "community" ? byZoom(8, 0.35, 10, width) : width }, { rest: { filter: is("level", level) } })),
    line("grid-chosen-edge", "grids", { "line-color": token("--map-halo"), "line-width": 7 }, { rest: { filter: is("code", NONE) } }),
    line("grid-chosen", "grids", { "line-color": token("--link"), "line-width": 3 }, { rest: { filter: is("code", NONE) } }),
    label("district-label", "regions", 16, { filter: is("level", "district"), maxzoom: 10 }, 2),
    label("town-label", "regions", 14, { filter: is("level", "town"), minzoom: 9, maxzoom: 12.5 }, 2),
    label("community-label", "regions", 13, { filter: is("level", "community"), minzoom: 11.5, maxzoom: 14.5 }, 2),
    label("grid-label", "grids", 12, { minzoom: 13 }),
    label("micro-label", "micro", 11, { minzoom: 15.5 }),
  ];
  layers.forEach((layer) => map.addLayer(layer));
}

const GROUPS = {
  regions: [...Object.keys(REGIONS).map((level) => `region-line-${level}`), "district-label", "town-label", "community-label"],
  grids: ["community-fill", "grid-fill", "grid-line", "grid-exclusive", "grid-label"],
  micro: ["micro-line", "micro-label"],
};

/** The layers of one entry of the switch: a group, `overlay-<system>`, or points with that source. */
function membersOf(map, entry) {
  if (GROUPS[entry]) return GROUPS[entry];
  const all = map.getStyle().layers;
  return all.filter(({ id, source }) => id.startsWith(`${entry}-`) || source === entry).map(({ id }) => id);
}

export function show(map, entry, isShown) {
  for (const id of membersOf(map, entry)) map.setLayoutProperty(id, "visibility", isShown ? "visible" : "none");
}

/** One area of `source` has the state `name` ("chosen", "hover") at a time, and is alone in the layers `outlines`; a function of its code, or null for none. `again()` after the style has changed. */
export function only(map, source, state, outlines = []) {
  let held = null;
  const set = (code, value) => map.setFeatureState({ source, sourceLayer: "areas", id: Number(code) }, { [state]: value });
  const draw = () => outlines.forEach((layer) => map.setFilter(layer, is("code", held ?? NONE)));
  const change = (code) => {
    if (held === code) return;
    if (held !== null) set(held, false);
    held = code ?? null;
    if (held !== null) set(held, true);
    draw();
  };
  return Object.assign(change, { again: () => { if (held !== null) { set(held, true); draw(); } } });
}

// How a plan is drawn: the ground around it, the grids as they shall be, findings, handles of vertices, the line in hand.
import { token } from "governance/map-style";
import { middleOf } from "grids/editor-borders";

const NOTHING = { type: "FeatureCollection", features: [] };
export const collection = (features) => ({ type: "FeatureCollection", features });
export const point = (coordinates, properties = {}) => ({ type: "Feature", properties, geometry: { type: "Point", coordinates } });

const label = (id, source, size, more = {}) => ({
  id, type: "symbol", source,
  layout: { "text-field": ["get", "label"], "text-size": size, "text-max-width": 9, "text-padding": 2, ...more.layout },
  paint: { "text-color": token("--map-label"), "text-halo-color": token("--map-halo"), "text-halo-width": 1.6 }, ...more.rest,
});
const is = (name) => ["boolean", ["get", name], false];

/** Sources and layers, from the ground up. */
export function dress(map) {
  for (const name of ["communities", "around", "before", "plan", "names", "buildings", "findings", "spots", "sketch", "handles"]) {
    map.addSource(name, { type: "geojson", data: NOTHING });
  }
  const thin = token("--map-line"), strong = token("--map-line-strong"), chosen = token("--link"), red = token("--lamp-red"), amber = token("--lamp-amber");
  const severity = ["match", ["get", "severity"], "error", red, amber];
  [
    { id: "around-fill", type: "fill", source: "around", paint: { "fill-color": token("--surface-disabled"), "fill-opacity": 0.75 } },
    { id: "around-line", type: "line", source: "around", paint: { "line-color": thin, "line-width": 0.8 } },
    label("around-name", "around", 11, { layout: { "text-field": ["get", "name"] }, rest: { minzoom: 14 } }),
    { id: "plan-fill", type: "fill", source: "plan", paint: { "fill-color": ["case", is("chosen"), token("--ramp-2"), ["==", ["get", "kind"], "exclusive"], token("--heat-1"), token("--ramp-1")], "fill-opacity": 0.85 } },
    { id: "buildings", type: "circle", source: "buildings", minzoom: 14, paint: { "circle-radius": ["interpolate", ["linear"], ["zoom"], 14, 1.5, 17, 3.5], "circle-color": token("--lamp-grey"), "circle-opacity": 0.7 } },
    { id: "findings-fill", type: "fill", source: "findings", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": severity, "fill-opacity": ["match", ["get", "severity"], "error", 0.45, 0.06] } },
    { id: "before-line", type: "line", source: "before", paint: { "line-color": strong, "line-width": 1, "line-dasharray": [2, 3] } },
    { id: "plan-line", type: "line", source: "plan", paint: { "line-color": strong, "line-width": 1.4 } },
    { id: "communities-line", type: "line", source: "communities", paint: { "line-color": strong, "line-width": 2.2 } },
    { id: "findings-line", type: "line", source: "findings", filter: ["!=", ["geometry-type"], "Point"], paint: { "line-color": severity, "line-width": ["match", ["get", "severity"], "error", 2.5, 1.5] } },
    { id: "plan-chosen", type: "line", source: "plan", filter: is("chosen"), paint: { "line-color": chosen, "line-width": 3 } },
    { id: "spots", type: "circle", source: "spots", paint: { "circle-radius": 9, "circle-color": severity, "circle-opacity": 0.25, "circle-stroke-color": severity, "circle-stroke-width": 2 } },
    label("names", "names", 13),
    { id: "sketch-fill", type: "fill", source: "sketch", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": chosen, "fill-opacity": 0.15 } },
    { id: "sketch-line", type: "line", source: "sketch", filter: ["!=", ["geometry-type"], "Point"], paint: { "line-color": chosen, "line-width": 2.5, "line-dasharray": [2, 1] } },
    { id: "sketch-dot", type: "circle", source: "sketch", filter: ["==", ["geometry-type"], "Point"], paint: { "circle-radius": ["case", is("snapped"), 7, 5], "circle-color": ["case", is("snapped"), amber, chosen], "circle-stroke-color": token("--map-halo"), "circle-stroke-width": 2 } },
    { id: "handles-middle", type: "circle", source: "handles", filter: is("middle"), paint: { "circle-radius": 4, "circle-color": token("--map-halo"), "circle-stroke-color": chosen, "circle-stroke-width": 1.2, "circle-opacity": 0.8 } },
    { id: "handles-vertex", type: "circle", source: "handles", filter: ["!", is("middle")], paint: { "circle-radius": ["case", is("held"), 8, is("fixed"), 4, 6], "circle-color": ["case", is("fixed"), token("--lamp-grey"), chosen], "circle-stroke-color": token("--map-halo"), "circle-stroke-width": 2 } },
  ].forEach((layer) => map.addLayer(layer));
}

const set = (map, name, features) => map.getSource(name)?.setData(collection(features));

/** Everything that follows from the plan. `words` has the unit of households. */
export function drawPlan(map, plan, words) {
  const { draft } = plan;
  set(map, "communities", draft.communities.features.filter(({ geometry }) => geometry));
  set(map, "before", draft.sources.features);
  set(map, "around", plan.around);
  set(map, "buildings", draft.buildings.map(([lon, lat]) => point([lon, lat])));
  set(map, "plan", plan.features.map((feature) => ({ ...feature, properties: { ...feature.properties, chosen: plan.selected.has(feature.properties.code) } })));
  set(map, "names", plan.features.flatMap((feature) => {
    const middle = middleOf(feature), { name, household_count: count } = feature.properties;
    return middle ? [point(middle, { label: `${name}\n${count} ${words.households}` })] : [];
  }));
}

const SMALL = 0.002; // degrees: what is smaller is marked by a spot that is seen from afar

/** What the check found: surfaces and lines as they are, small ones with a spot around them. */
export function drawFindings(map, findings) {
  const shown = findings.filter(({ geometry }) => geometry);
  set(map, "findings", shown.map(({ geometry, severity }) => ({ type: "Feature", properties: { severity }, geometry })));
  set(map, "spots", shown.flatMap(({ geometry, severity }) => {
    const box = boxOf(geometry);
    return Math.max(box[2] - box[0], box[3] - box[1]) > SMALL ? [] : [point([(box[0] + box[2]) / 2, (box[1] + box[3]) / 2], { severity })];
  }));
}

export const drawSketch = (map, features) => set(map, "sketch", features);
export const drawHandles = (map, features) => set(map, "handles", features);

/** [west, south, east, north] of a GeoJSON geometry. */
export function boxOf(geometry) {
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  const walk = (part) => {
    if (typeof part?.[0] === "number") {
      box[0] = Math.min(box[0], part[0]); box[1] = Math.min(box[1], part[1]);
      box[2] = Math.max(box[2], part[0]); box[3] = Math.max(box[3], part[1]);
    } else part?.forEach?.(walk);
  };
  walk(geometry.coordinates ?? geometry.geometries?.map(({ coordinates }) => coordinates));
  return box;
}

export function boxOfAll(features) {
  const boxes = features.filter(({ geometry }) => geometry).map(({ geometry }) => boxOf(geometry));
  if (!boxes.length) return null;
  const [wests, souths, easts, norths] = [0, 1, 2, 3].map((at) => boxes.map((box) => box[at]));
  return [Math.min(...wests), Math.min(...souths), Math.max(...easts), Math.max(...norths)];
}

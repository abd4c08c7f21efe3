// The pointer's tools: choose, move vertices, draw a line or an area. Mouse, finger and keys do the same.
import { isSame, moveVertex, removeVertex, ringsOf, snap, touches, weld } from "grids/editor-borders";
import { drawHandles, drawSketch, point } from "grids/editor-map";
import { isEndOfBorder, slideVertex } from "grids/editor-slide";

const REACH_PX = 12, MOST_HANDLES = 3000;
const at = ({ lngLat }) => [lngLat.lng, lngLat.lat];

/** `asks` carries out what was drawn (`line(points)` and `area(points)` say whether it was done), `take(feature)`, `tell(word)`. */
export function startTools(map, plan, root, asks) {
  let tool = "select", drawn = [], hover = null, drag = null, held = null;
  const canvas = map.getCanvas();
  const narrow = () => Math.cos((map.getCenter().lat * Math.PI) / 180);
  const reach = () => (REACH_PX * 360 * narrow()) / (512 * 2 ** map.getZoom());
  const place = (event, except) => snap(at(event), [...plan.features, ...plan.fixed], reach(), narrow(), except);
  const isDrawing = () => tool === "split" || tool === "draw";

  function sketch() {
    const points = hover ? [...drawn, hover.point] : drawn;
    const features = drawn.map((one) => point(one));
    if (hover && isDrawing()) features.push(point(hover.point, { snapped: hover.kind !== "free" }));
    if (points.length > 1) features.push({ type: "Feature", properties: {}, geometry: { type: "LineString", coordinates: points } });
    if (tool === "draw" && points.length > 2) features.push({ type: "Feature", properties: {}, geometry: { type: "Polygon", coordinates: [[...points, points[0]]] } });
    drawSketch(map, isDrawing() ? features : []);
  }

  function handles() {
    if (tool !== "vertices") return drawHandles(map, []);
    const chosen = plan.features.filter(({ properties }) => plan.selected.has(properties.code));
    const fixed = plan.fixed, seen = new Set(), found = [];
    for (const ring of chosen.flatMap(ringsOf)) {
      for (let index = 0; index + 1 < ring.length && found.length < MOST_HANDLES; index += 1) {
        const one = ring[index], next = ring[index + 1], middle = [(one[0] + next[0]) / 2, (one[1] + next[1]) / 2];
        if (!seen.has(String(one))) {
          seen.add(String(one));
          const isFixed = touches(fixed, one) && !isEndOfBorder(plan.features, one);
          found.push(point(one, { fixed: isFixed, held: held !== null && isSame(held, one) }));
        }
        if (!seen.has(String(middle)) && !touches(fixed, middle)) { seen.add(String(middle)); found.push(point(middle, { middle: true })); }
      }
    }
    return drawHandles(map, found);
  }

  function use(name) {
    tool = name;
    drawn = [];
    hover = null;
    held = null;
    root.dataset.using = name;
    root.querySelectorAll("[data-tool]").forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.tool === name)));
    if (isDrawing()) map.doubleClickZoom.disable();
    else map.doubleClickZoom.enable();
    canvas.style.cursor = isDrawing() ? "crosshair" : "";
    sketch();
    handles();
  }

  /** What was drawn is carried out; refused, it stays in hand to be put right. */
  async function finish() {
    const points = drawn.filter((one, index) => !index || !isSame(one, drawn[index - 1]));
    if (points.length < (tool === "split" ? 2 : 3)) return;
    const mine = drawn;
    const isDone = await (tool === "split" ? asks.line(points) : asks.area(points));
    if (isDone && drawn === mine) use("select");
  }

  function pick(event) {
    const [feature] = map.queryRenderedFeatures(event.point, { layers: ["plan-fill", "around-fill"] });
    const isMore = event.originalEvent.shiftKey || event.originalEvent.ctrlKey || event.originalEvent.metaKey;
    if (!feature) return isMore || plan.select(null);
    if (feature.layer.id === "around-fill") return asks.take(plan.around.find(({ properties }) => properties.code === feature.properties.code));
    return plan.select(feature.properties.code, isMore);
  }

  map.on("click", (event) => {
    if (!isDrawing()) { if (!handleAt(event)) pick(event); return; }
    const { point: one } = place(event);
    if (tool === "draw" && drawn.length > 2 && isSame(one, drawn[0])) { finish(); return; }
    drawn.push(one);
    sketch();
  });
  map.on("dblclick", (event) => { if (isDrawing()) { event.preventDefault(); finish(); } });

  const handleAt = (event) => {
    if (tool !== "vertices") return null;
    const [[x, y], pad] = [[event.point.x, event.point.y], event.originalEvent.touches ? 16 : 8];
    const [found] = map.queryRenderedFeatures([[x - pad, y - pad], [x + pad, y + pad]], { layers: ["handles-vertex", "handles-middle"] });
    return found ?? null;
  };

  function begin(event) {
    const handle = handleAt(event);
    if (!handle || event.originalEvent.touches?.length > 1) return;
    event.preventDefault();
    const wanted = handle.geometry.coordinates, { middle, fixed } = handle.properties;
    const start = nearestOwn(wanted, middle);
    held = start;
    handles();
    if (fixed) { asks.tell("fixed"); return; }
    const slides = !middle && touches(plan.fixed, start);
    drag = { start, now: start, features: weld(plan.features, start), isMoved: false, slides };
  }
  // Rendered handles come back a little rounded: the plan's own vertex (or middle of an edge) is meant.
  const nearestOwn = (wanted, isMiddle) => {
    let best = wanted, least = Infinity;
    for (const ring of plan.features.flatMap(ringsOf)) {
      for (let index = 0; index + 1 < ring.length; index += 1) {
        const [a, b] = [ring[index], ring[index + 1]], one = isMiddle ? [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2] : a;
        const away = Math.hypot(one[0] - wanted[0], one[1] - wanted[1]);
        if (away < least) { least = away; best = one; }
      }
    }
    return best;
  };
  const moved = (to) => ({ next: moveVertex(drag.features, drag.start, to), to });
  function move(event) {
    if (isDrawing()) { hover = place(event); sketch(); return; }
    if (!drag) return;
    const { next, to } = drag.slides
      ? slideVertex(drag.features, plan.fixed, drag.start, at(event), { narrow: narrow(), reach: reach() })
      : moved(place(event, drag.start).point);
    if (!next) return;
    drag = { ...drag, next, now: to, isMoved: true };
    asks.preview(next);
    drawHandles(map, [point(to, { held: true })]);
  }
  function end() {
    if (!drag) return;
    const { next, now, isMoved } = drag;
    drag = null;
    if (!isMoved) return;
    held = now;
    plan.change({ features: next });
  }
  for (const [name, deed] of [["mousedown", begin], ["touchstart", begin], ["mousemove", move], ["touchmove", move], ["mouseup", end], ["touchend", end]]) map.on(name, deed);
  addEventListener("mouseup", end);

  /** Takes the vertex in hand away. */
  function remove() {
    if (tool !== "vertices" || !held) return;
    if (touches(plan.fixed, held)) { asks.tell("fixed"); return; }
    const next = removeVertex(plan.features, held);
    held = null;
    if (next) plan.change({ features: next });
    else asks.tell("tooFew");
  }

  function back() {
    if (drag) { drag = null; asks.preview(null); }
    else if (drawn.length) { drawn = []; sketch(); }
    else use("select");
  }

  plan.addEventListener("changed", handles);
  plan.addEventListener("selected", () => { held = null; handles(); });
  return { use, finish, remove, back, unpoint: () => { drawn.pop(); sketch(); }, isDrawing: () => isDrawing() && drawn.length > 0 };
}

// Maps: our own tiles or areas from GeoJSON (WGS-84), markers, a point that can be picked and dragged, a text where a map cannot be drawn.
import { addGround, groundFeature } from "governance/map-ground";
import { areaLayers, boundsOf, plainStyle } from "governance/map-style";

let sheet;
function loadSheet() {
  sheet ??= new Promise((done) => {
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: document.body.dataset.mapSheet });
    link.onload = link.onerror = done;
    document.head.append(link);
  });
  return sheet;
}

async function geojson(source) {
  if (!source) return null;
  const block = document.getElementById(source);
  if (block) return JSON.parse(block.textContent);
  const answer = await fetch(source, { headers: { Accept: "application/geo+json, application/json" }, credentials: "same-origin" });
  if (!answer.ok) throw new Error(`map data: ${answer.status}`);
  return answer.json();
}

function fail(box) {
  box.querySelector(".map-canvas").hidden = true;
  box.querySelector(".map-fallback").hidden = false;
  box.dataset.state = "failed";
}

function pin(properties) {
  const element = document.createElement(properties.url ? "a" : "span");
  element.className = "map-pin";
  if (properties.url) element.href = properties.url;
  const lamp = document.createElement("span");
  lamp.className = `lamp lamp-${properties.lamp || "grey"}`;
  element.append(lamp);
  if (properties.text) {
    const text = document.createElement("span");
    text.className = "map-pin-text";
    text.textContent = properties.text;
    element.append(text);
  }
  if (properties.label) {
    element.title = properties.label;
    element.setAttribute("aria-label", properties.label);
    if (!properties.url) element.setAttribute("role", "img");
  }
  return element;
}

function addMarkers(library, map, data) {
  for (const { geometry, properties } of data?.features ?? []) {
    if (geometry?.type === "Point") {
      new library.Marker({ element: pin(properties ?? {}) }).setLngLat(geometry.coordinates).addTo(map);
    }
  }
}

function herePin() {
  const box = document.createElement("div");
  box.className = "map-here-box";
  const drop = document.createElement("div");
  drop.className = "map-here";
  box.append(drop);
  return box;
}

function addHere(library, map, box) {
  const inputs = (box.dataset.pick ?? "").split(/\s+/).filter(Boolean).map((id) => document.getElementById(id));
  const canPick = inputs.length === 2 && inputs.every(Boolean);
  let here = null;
  const place = (lon, lat, isOwnDeed) => {
    if (!here) {
      here = new library.Marker({ element: herePin(), anchor: "bottom", draggable: canPick });
      here.on("dragend", () => { const at = here.getLngLat(); place(at.lng, at.lat, true); });
    }
    here.setLngLat([lon, lat]).addTo(map);
    if (!canPick || !isOwnDeed) return;
    [lon, lat].forEach((value, index) => {
      inputs[index].value = value.toFixed(7);
      inputs[index].dispatchEvent(new Event("change", { bubbles: true }));
    });
    box.dispatchEvent(new CustomEvent("point-picked", { bubbles: true, detail: { lon, lat } }));
  };
  const typed = inputs.map((input) => parseFloat(input?.value));
  const given = canPick && typed.every(Number.isFinite) ? typed : [parseFloat(box.dataset.lon), parseFloat(box.dataset.lat)];
  const start = given.every(Number.isFinite) ? given : null;
  if (start) place(start[0], start[1], false);
  if (canPick) map.on("click", (event) => place(event.lngLat.lng, event.lngLat.lat, true));
  box.addEventListener("map-move", ({ detail }) => {
    place(detail.lon, detail.lat, detail.isPick ?? true);
    map.easeTo({ center: [detail.lon, detail.lat], zoom: box.dataset.fit === "areas" ? map.getZoom() : Math.max(map.getZoom(), 15) });
  });
  box.addEventListener("map-clear", () => { here?.remove(); here = null; });
  if (canPick) {
    box.closest("form")?.addEventListener("picked", ({ detail }) => {
      if (Number.isFinite(detail?.lon) && Number.isFinite(detail?.lat)) map.easeTo({ center: [detail.lon, detail.lat], zoom: 15 });
    });
  }
  return start;
}

/** Tiles that do not come: whoever keeps outlines of the ground may draw them instead, once. */
function offerOutlines(map, box) {
  let isAsked = false;
  map.on("error", ({ sourceId }) => {
    if (!sourceId || isAsked) return;
    isAsked = true;
    const draw = (data) => {
      if (map.getSource("areas")) return;
      map.addSource("areas", { type: "geojson", data, promoteId: "code" });
      areaLayers(false).forEach((layer) => map.addLayer({ ...layer, id: `kept-${layer.id}` }));
      box.dataset.kept = "";
    };
    box.dispatchEvent(new CustomEvent("map-bare", { bubbles: true, detail: { draw } }));
  });
}

/** What is drawn below markers, one part of it strongest; `dress` draws it again after a change of style. */
function startAreas(map, box, areas) {
  const { ground, tiles } = box.dataset, isGround = Boolean(ground);
  if (!isGround && !areas) return () => {};
  const feature = (code) => (isGround ? groundFeature(code) : { source: "areas", id: code });
  let chosen = box.dataset.chosen || null;
  const tell = (isIt) => chosen !== null && map.setFeatureState(feature(chosen), { chosen: isIt });
  const choose = (code) => { tell(false); chosen = code ?? null; tell(true); };
  const dress = () => {
    if (isGround) addGround(map, ground, Boolean(tiles));
    else {
      map.addSource("areas", { type: "geojson", data: areas, promoteId: "code" });
      areaLayers(Boolean(tiles)).forEach((layer) => map.addLayer(layer));
    }
    tell(true);
  };
  dress();
  box.addEventListener("map-choose", ({ detail }) => choose(detail.code));
  map.on("click", "area-fill", ({ features: [area] }) => {
    choose(area.properties.code);
    box.dispatchEvent(new CustomEvent("area-chosen", { bubbles: true, detail: area.properties }));
    if (box.dataset.follow !== undefined && area.properties.url) location.assign(area.properties.url);
  });
  return dress;
}

const boxOf = (text) => (text ? text.split(",").map(Number) : null);

const words = ({ label, zoomIn, zoomOut, twoFingers }) => ({
  "Map.Title": label, "NavigationControl.ZoomIn": zoomIn, "NavigationControl.ZoomOut": zoomOut, "Marker.Title": label,
  "CooperativeGesturesHandler.MobileHelpText": twoFingers,
});

async function draw(box) {
  const [library, areas, markers] = await Promise.all([
    import("maplibre-gl"), geojson(box.dataset.regions), geojson(box.dataset.markers), loadSheet(),
  ]);
  if (document.body.dataset.mapWorker) library.setWorkerUrl(document.body.dataset.mapWorker);
  const map = new library.Map({
    container: box.querySelector(".map-canvas"), style: plainStyle(box.dataset.tiles), attributionControl: false,
    dragRotate: false, pitchWithRotate: false, maxZoom: 18,
    cooperativeGestures: matchMedia("(pointer: coarse)").matches, locale: words(box.querySelector(".map-canvas").dataset),
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new library.NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new library.ScaleControl({ maxWidth: 80 }), "bottom-left");
  await new Promise((done, broken) => {
    map.once("load", done);
    map.on("error", (event) => event.sourceId || broken(event.error));  // a missing tile is no reason to give up
  });
  const dress = startAreas(map, box, areas);
  if (box.dataset.ground) offerOutlines(map, box);
  addMarkers(library, map, markers);
  const start = addHere(library, map, box);
  const bounds = (box.dataset.fit === "areas" ? null : boundsOf(markers)) ?? boxOf(box.dataset.box) ?? boundsOf(areas);
  if (start && box.dataset.fit !== "areas") map.jumpTo({ center: start, zoom: 15 });
  else if (bounds) map.fitBounds(bounds, { padding: { top: 40, right: 52, bottom: 36, left: 32 }, maxZoom: 16, animate: false });
  map.once("idle", () => { box.dataset.state = "ready"; });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    map.once("style.load", dress);
    map.setStyle(plainStyle(box.dataset.tiles), { diff: false });
  });
}

export function mountMap(box) {
  draw(box).catch((reason) => {
    console.info(reason);
    fail(box);
  });
}

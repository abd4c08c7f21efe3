// The phone's own position, written into the form's lon, lat and accuracy inputs (WGS-84 degrees, metres).
import { fill } from "governance/htmx";

const COARSE_M = 100;

export function mountPosition(box) {
  const button = box.querySelector("button");
  const words = box.querySelector("[role=status]");
  const form = box.closest("form");
  const set = (name, value) => {
    const input = form?.querySelector(`[name="${name}"]`);
    if (input) { input.value = value; input.dispatchEvent(new Event("change", { bubbles: true })); }
  };
  const found = ({ coords }) => {
    const metres = Math.round(coords.accuracy);
    set("lon", coords.longitude.toFixed(7));
    set("lat", coords.latitude.toFixed(7));
    set("accuracy", String(metres));
    words.textContent = fill(metres > COARSE_M ? box.dataset.textCoarse : box.dataset.textFound, { n: metres });
    button.removeAttribute("aria-busy");
    const map = box.dataset.positionMap && document.getElementById(box.dataset.positionMap);
    if (map) Object.assign(map.dataset, { lon: coords.longitude, lat: coords.latitude });  // for a map that is still to come
    map?.dispatchEvent(new CustomEvent("map-move", { detail: { lon: coords.longitude, lat: coords.latitude } }));
    box.dispatchEvent(new CustomEvent("positioned", { bubbles: true, detail: { lon: coords.longitude, lat: coords.latitude, accuracy: metres } }));
  };
  const failed = (error) => {
    button.removeAttribute("aria-busy");
    words.textContent = error?.code === 1 ? box.dataset.textDenied : box.dataset.textUnavailable;
  };
  const locate = () => {
    if (!navigator.geolocation) return failed();
    button.setAttribute("aria-busy", "true");
    words.textContent = box.dataset.textBusy;
    navigator.geolocation.getCurrentPosition(found, failed, { enableHighAccuracy: true, timeout: 15_000, maximumAge: 10_000 });
  };
  button.addEventListener("click", locate);
  if (box.dataset.auto !== undefined) locate();
}

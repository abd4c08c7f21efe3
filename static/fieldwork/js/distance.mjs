// Tasks by distance: the phone's own position decides on the phone, nobody is told of it.
import { words } from "fieldwork/words";

const EARTH_M = 6_371_000;
const rad = (degrees) => (degrees * Math.PI) / 180;

/** Between two points, on the plane that touches the earth between them: right to a metre within a city. */
export function metres(a, b) {
  const x = rad(b.lon - a.lon) * Math.cos(rad((a.lat + b.lat) / 2));
  return Math.hypot(x, rad(b.lat - a.lat)) * EARTH_M;
}

const said = (m) => (m < 1000 ? `${Math.round(m / 10) * 10} m` : `${(m / 1000).toFixed(1)} km`);

export function start(list) {
  const bar = document.querySelector("[data-order]");
  const cards = () => [...list.querySelectorAll("[data-row]")];
  if (!bar || !navigator.geolocation) return;
  bar.hidden = cards().length < 2;
  const order = cards();
  const show = (name) => bar.querySelectorAll("button").forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.by === name)));
  const note = bar.querySelector("[role=status]");

  function byDue() {
    cards().forEach((card) => card.querySelector("[data-distance]")?.remove());
    list.append(...order);
    note.textContent = "";
    show("due");
  }

  function byDistance({ coords }) {
    const here = { lon: coords.longitude, lat: coords.latitude };
    const far = new Map(cards().map((card) => [card, card.dataset.lon ? metres(here, { lon: Number(card.dataset.lon), lat: Number(card.dataset.lat) }) : Infinity]));
    const sorted = [...far].sort(([, a], [, b]) => a - b);
    for (const [card, m] of sorted) {
      card.querySelector("[data-distance]")?.remove();
      if (!Number.isFinite(m)) continue;
      const tag = document.createElement("span");
      tag.dataset.distance = "";
      tag.className = "tnum";
      tag.textContent = said(m);
      card.querySelector(".phone-card-foot").prepend(tag);
    }
    list.append(...sorted.map(([card]) => card));
    note.textContent = "";
    show("distance");
  }

  bar.addEventListener("click", ({ target }) => {
    const by = target.closest("button")?.dataset.by;
    if (by === "due") byDue();
    if (by !== "distance") return;
    note.textContent = words("looking");
    const failed = (problem) => { note.textContent = words(problem.code === 1 ? "positionDenied" : "positionNone"); };
    navigator.geolocation.getCurrentPosition(byDistance, failed, { enableHighAccuracy: true, timeout: 15_000, maximumAge: 60_000 });
  });
}

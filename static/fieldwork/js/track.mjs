// Records the way while a tour is open, and only then. Points wait in the page and go out each half minute; what could not
// be sent goes with the next part, under the same key, so that it arrives once.
const box = document.querySelector("[data-tour]");
const EVERY_MS = 30_000;
const MOST = 2_000;

let waiting = [];
let part = null;
let count = 0;

function show() {
  box.querySelector("[data-tour-state]").textContent = box.dataset.textOn.replace("{n}", String(count));
}

function take({ coords, timestamp }) {
  if (coords.accuracy > 200) return;
  waiting.push(`${Math.round(timestamp / 1000)},${coords.longitude.toFixed(6)},${coords.latitude.toFixed(6)}`);
  if (waiting.length > MOST) waiting = waiting.filter((_point, index) => index % 2 === 0);
  count += 1;
  show();
}

function body({ key, points }) {
  const form = new URLSearchParams({ csrfmiddlewaretoken: box.dataset.token, tour: box.dataset.tour, key });
  points.forEach((point) => form.append("points", point));
  return form;
}

async function send() {
  if (!part && waiting.length) { part = { key: crypto.randomUUID(), points: waiting }; waiting = []; }
  if (!part) return;
  try {
    const answer = await fetch(box.dataset.url, { method: "POST", body: body(part), keepalive: true, credentials: "same-origin" });
    if (answer.ok || answer.status === 404 || answer.status === 422) part = null;
  } catch { /* no line: the same part goes again */ }
}

if (box && navigator.geolocation) {
  const refused = () => { box.querySelector("[data-tour-state]").textContent = box.dataset.textOff; };
  navigator.geolocation.watchPosition(take, refused, { enableHighAccuracy: true, maximumAge: 10_000 });
  setInterval(send, EVERY_MS);
  addEventListener("pagehide", send);
  addEventListener("online", send);
}

// Reporting from the street: where the point falls is said at once, the matter is one tap, nothing is sent twice or lost.
import { fill } from "governance/htmx";
import { mount } from "governance/page";

const WAIT_MS = 150;
const PAUSE_MS = 700;

function watchPlace(form) {
  const words = form.querySelector("[data-located]");
  const { lon, lat, accuracy } = form.elements;
  const map = form.querySelector("[data-map]");
  const point = () => `${lon.value},${lat.value}`;
  let measured = accuracy.value ? point() : "";
  let timer;
  let turn = 0;
  const say = (state, sentence) => { words.dataset.state = state; words.textContent = sentence; };
  const look = async () => {
    const mine = ++turn;
    if (!lon.value || !lat.value) return say("none", words.dataset.textNone);
    const query = new URLSearchParams({ lon: lon.value, lat: lat.value });
    try {
      const answer = await fetch(`${words.dataset.url}?${query}`, { headers: { Accept: "application/json" }, credentials: "same-origin" });
      const found = await answer.json();
      if (mine !== turn) return;
      if (!answer.ok) return say("outside", found.detail ?? "");
      say(found.outside ? "outside" : "inside", fill(found.outside ? words.dataset.textOutside : words.dataset.textInside, { place: found.label }));
      map?.dispatchEvent(new CustomEvent("map-choose", { detail: { code: found.outside ? null : found.code } }));
    } catch { if (mine === turn) say("kept", words.dataset.textKept); } // without a line the report is sent later
  };
  const later = () => { clearTimeout(timer); timer = setTimeout(look, WAIT_MS); };
  accuracy.addEventListener("change", () => { measured = accuracy.value ? point() : ""; });
  [lon, lat].forEach((input) => input.addEventListener("change", later));
  form.addEventListener("point-picked", () => {
    if (point() !== measured) accuracy.value = "";
    later();
  });
  form.addEventListener("picked", ({ detail }) => {
    if (!Number.isFinite(detail?.lon) || !Number.isFinite(detail?.lat)) return;
    accuracy.value = "";
    lon.value = detail.lon.toFixed(7);
    lat.value = detail.lat.toFixed(7);
    map?.dispatchEvent(new CustomEvent("map-move", { detail: { lon: detail.lon, lat: detail.lat, isPick: false } }));
    lon.dispatchEvent(new Event("change", { bubbles: true }));
  });
  form.addEventListener("draft-discarded", () => { lon.value = lat.value = accuracy.value = ""; later(); });
  later();
}

function watchMatter(form) {
  const { category, category_level: level } = form.elements;
  const search = category.closest("[data-picker]").querySelector("[role=combobox]");
  const chips = () => [...form.querySelectorAll("[data-matter]")];
  const show = () => {
    chips().forEach((chip) => chip.setAttribute("aria-pressed", String(chip.dataset.matter === category.value)));
    if (!category.value) level.value = "";
    form.dispatchEvent(new CustomEvent("matter", { detail: { level: level.value } }));
  };
  form.addEventListener("click", ({ target }) => {
    const chip = target.closest("[data-matter]");
    if (!chip) return;
    category.value = chip.dataset.matter;
    level.value = chip.dataset.level;
    search.value = chip.textContent;
    category.dispatchEvent(new Event("change", { bubbles: true }));
  });
  form.addEventListener("picked", ({ detail }) => {
    if (detail?.level) { level.value = detail.level; show(); }
  });
  category.addEventListener("change", show);
  level.addEventListener("change", show);
  show();
}

// What is written names its matter: offered as chips while a line is there, chosen by nobody but the worker.
function suggestMatter(form) {
  const { content, category } = form.elements;
  const box = form.querySelector("[data-suggested]");
  let timer;
  const chip = ({ value, label, level }) => {
    const made = document.createElement("button");
    Object.assign(made, { type: "button", className: "chip", textContent: label });
    Object.assign(made.dataset, { matter: value, level });
    made.setAttribute("aria-pressed", String(value === category.value));
    return made;
  };
  const look = async () => {
    const about = content.value.trim();
    let found = [];
    try {
      const answer = about && await fetch(`${box.dataset.suggested}?${new URLSearchParams({ about })}`, { headers: { Accept: "application/json" }, credentials: "same-origin" });
      if (answer?.ok) found = await answer.json();
    } catch { /* without a line nothing is suggested */ }
    box.replaceChildren(...found.map(chip));
    box.hidden = !found.length;
  };
  content.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(look, PAUSE_MS); });
}

function watchDeed(form) {
  const box = form.querySelector("[data-self-handle]");
  if (!box) return;
  const tick = form.elements.is_self_handled;
  const parts = box.querySelector("[data-self-parts]");
  const send = form.querySelector("[data-send]");
  const show = () => {
    const isOn = tick.checked && !box.hidden;
    parts.hidden = parts.disabled = !isOn;
    send.querySelector("span").textContent = isOn ? send.dataset.textHandled : send.dataset.textReport;
  };
  form.addEventListener("matter", ({ detail }) => {
    box.hidden = detail.level !== form.dataset.gridLevel;
    if (box.hidden) tick.checked = false;
    show();
  });
  tick.addEventListener("change", show);
}

// Without a connection the report stays on this page and goes out when the connection is back.
function holdWhileOffline(event) {
  const form = event.target;
  if (navigator.onLine || !form.matches("[data-report]")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  form.dispatchEvent(new CustomEvent("outbox", { bubbles: true, detail: { waiting: 1 } }));
  addEventListener("online", () => form.isConnected && form.requestSubmit(), { once: true });
}

document.addEventListener("submit", holdWhileOffline, { capture: true });
mount("[data-report]", (form) => {
  watchDeed(form);
  watchMatter(form);
  suggestMatter(form);
  watchPlace(form);
});

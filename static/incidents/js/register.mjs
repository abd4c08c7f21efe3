// Registering: the point on the map says at once where it falls; a draft that comes back gets its words back.
import { fill } from "governance/htmx";
import { mount } from "governance/page";

mount("[data-register]", (form) => {
  const lon = form.querySelector("#id_lon");
  const lat = form.querySelector("#id_lat");
  const line = form.querySelector("[data-located]");
  const words = line.querySelector("[data-located-text]");
  const clear = line.querySelector("[data-point-clear]");
  const map = form.querySelector("[data-map]");
  let asked = 0;

  const say = (state, sentence) => {
    line.dataset.state = state;
    words.textContent = sentence;
    clear.hidden = !lon.value;
  };

  async function locate() {
    const turn = ++asked;
    if (!lon.value || !lat.value) return say("", line.dataset.textNone);
    const url = new URL(line.dataset.url, location.href);
    url.searchParams.set("lon", lon.value);
    url.searchParams.set("lat", lat.value);
    const answer = await fetch(url, { headers: { Accept: "application/json" }, credentials: "same-origin" }).catch(() => null);
    const found = await answer?.json().catch(() => null);
    if (turn !== asked || !found) return undefined;
    if (!answer.ok) return say("wrong", found.detail);
    map?.dispatchEvent(new CustomEvent("map-choose", { detail: { code: found.outside ? null : found.code } }));
    return say(found.outside ? "outside" : "inside", fill(found.outside ? line.dataset.textOutside : line.dataset.textInside, { place: found.label }));
  }

  [lon, lat].forEach((input) => input.addEventListener("change", locate));
  clear.addEventListener("click", () => {
    lon.value = "";
    lat.value = "";
    map?.dispatchEvent(new CustomEvent("map-clear"));
    lat.dispatchEvent(new Event("change", { bubbles: true }));
  });
  form.querySelectorAll("[data-picker]").forEach(nameAgain);
  if (lon.value) locate();
});

async function nameAgain(box) {
  const value = box.querySelector("input[type=hidden]").value;
  const shown = box.querySelector("[role=combobox]");
  if (!value || shown.value) return;
  const url = new URL(box.dataset.url, location.href);
  url.searchParams.set("value", value);
  const answer = await fetch(url, { headers: { Accept: "application/json" }, credentials: "same-origin" }).catch(() => null);
  const [row] = (answer?.ok && await answer.json().catch(() => null)) || [];
  if (row) shown.value = row.label;
}

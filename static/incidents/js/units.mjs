// Several units: what is picked in the search becomes a ticked box of its own.
import { mount } from "governance/page";

mount("[data-units]", (box) => {
  const list = box.querySelector("[data-units-list]");
  const clear = box.querySelector("[data-picker-clear]");
  box.addEventListener("picked", ({ detail }) => {
    if (!detail) return;
    const same = [...list.querySelectorAll("input")].find((input) => input.value === String(detail.value));
    if (same) same.checked = true;
    else list.append(tick(box.dataset.units, detail));
    clear.click();
  });
});

function tick(name, { value, label }) {
  const made = document.createElement("label");
  const input = Object.assign(document.createElement("input"), { type: "checkbox", name, value, checked: true });
  made.append(input, ` ${label}`);
  return made;
}

// Arranging the dashboard: cards are dragged, or moved by their buttons; what lies in a tray is not sent.
import { mount } from "governance/page";

function settle(form) {
  for (const list of form.querySelectorAll("[data-on], [data-off]")) {
    const isOn = "on" in list.dataset;
    const cards = [...list.children];
    cards.forEach((card, place) => {
      card.querySelector("input").disabled = !isOn;
      card.querySelector("[data-move='-1']").disabled = !place;
      card.querySelector("[data-move='1']").disabled = place === cards.length - 1;
    });
    const count = list.closest("details")?.querySelector("[data-count]");
    if (count) count.textContent = String(cards.length);
  }
}

function say(form, card) {
  const list = card.parentElement;
  const words = "on" in list.dataset ? form.dataset.textMoved : form.dataset.textOff;
  const place = [...list.children].indexOf(card) + 1;
  form.querySelector("[data-told]").textContent = words
    .replace("{name}", card.dataset.name).replace("{n}", String(place)).replace("{all}", String(list.children.length));
}

const isFull = (form, list) => list.classList.contains("figures") && "on" in list.dataset && list.children.length >= Number(form.dataset.most);

function step(form, button) {
  const card = button.closest("li");
  const list = card.parentElement;
  if (button.dataset.move === "-1") card.previousElementSibling?.before(card);
  else if (button.dataset.move === "1") card.nextElementSibling?.after(card);
  else {
    const other = list.closest(".pane-body").querySelector(button.dataset.take === "on" ? "[data-on]" : "[data-off]");
    if (isFull(form, other)) return;
    other.append(card);
  }
  settle(form);
  say(form, card);
  const next = button.disabled || !button.checkVisibility() ? [...card.querySelectorAll("button")].find((one) => !one.disabled && one.checkVisibility()) : button;
  next?.focus();
}

function startDragging(form) {
  let dragged = null;
  form.addEventListener("dragstart", (event) => {
    dragged = event.target.closest?.("li") ?? null;
    dragged?.classList.add("is-dragged");
    event.dataTransfer.effectAllowed = "move";
  });
  form.addEventListener("dragend", () => { dragged?.classList.remove("is-dragged"); dragged = null; settle(form); });
  form.addEventListener("dragover", (event) => {
    const list = event.target.closest?.(".arrange-list");
    if (!dragged || !list || list.closest(".pane") !== dragged.closest(".pane")) return;
    if (list !== dragged.parentElement && isFull(form, list)) return;
    event.preventDefault();
    const over = event.target.closest("li");
    if (!over) { if (list !== dragged.parentElement) list.append(dragged); return; }
    if (over === dragged) return;
    const box = over.getBoundingClientRect();
    const isLying = list.classList.contains("figures");
    const isAfter = isLying ? event.clientX > box.left + box.width / 2 : event.clientY > box.top + box.height / 2;
    if (isAfter) over.after(dragged); else over.before(dragged);
  });
  form.addEventListener("drop", (event) => { event.preventDefault(); if (dragged) { settle(form); say(form, dragged); } });
}

mount("[data-arrange]", (form) => {
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-move], [data-take]");
    if (button) step(form, button);
  });
  form.addEventListener("change", (event) => {
    if (!("width" in event.target.dataset)) return;
    const card = event.target.closest("li");
    const input = card.querySelector("input");
    input.value = `${input.dataset.key}:${event.target.value}`;
    card.classList.remove("is-wide", "is-narrow", "is-full");
    card.classList.add(`is-${event.target.value}`);
  });
  startDragging(form);
  settle(form);
});

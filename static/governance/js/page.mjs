// The entry of every page: mounts what the markup asks for, now and in each part that htmx brings in.
import { mountClocks } from "governance/clock";
import { startDialogs } from "governance/dialog";
import { startDisplay } from "governance/display";
import { startForms } from "governance/draft";
import { startHtmx } from "governance/htmx";
import { startKeys } from "governance/keys";
import { startLive } from "governance/live";
import { startOutbox } from "governance/outbox";
import { startToasts } from "governance/toast";

// Heavy modules load only where an element asks for them.
const ISLANDS = [
  ["[data-picker]", () => import("governance/picker"), "mountPicker"],
  ["[data-search]", () => import("governance/search"), "mountSearch"],
  ["[data-photos]", () => import("governance/photos"), "mountPhotos"],
  ["[data-position]", () => import("governance/position"), "mountPosition"],
  ["[data-map]", () => import("governance/map"), "mountMap"],
  ["[data-chart]", () => import("governance/chart"), "mountChart"],
  ["[data-drawing-file]", () => import("governance/drawing"), "mountDrawing"],
  ["[data-notify]", () => import("governance/notify"), "mountNotify"],
  ["[data-canned]", () => import("governance/canned"), "mountCanned"],
];
const mounted = new WeakSet();
const taken = new WeakMap();  // element: the handlers of pages that have it already
const extra = [];

const find = (root, selector) => {
  const inside = [...(root.querySelectorAll?.(selector) ?? [])];
  return root.matches?.(selector) ? [root, ...inside] : inside;
};

/** Registers a page's own island: `handler(element)` once for each element that matches, now and later. */
export function mount(selector, handler) {
  extra.push([selector, handler]);
  find(document, selector).forEach((element) => mountOnce(element, handler));
}

function mountOnce(element, handler) {
  const done = taken.get(element) ?? new Set();
  if (done.has(handler)) return;
  taken.set(element, done.add(handler));
  handler(element);
}

async function mountAll(root) {
  mountClocks(find(root, "[data-clock]"));
  startForms(find(root, "form"));
  for (const [selector, handler] of extra) find(root, selector).forEach((element) => mountOnce(element, handler));
  await Promise.all(ISLANDS.map(async ([selector, load, name]) => {
    const elements = find(root, selector).filter((element) => !mounted.has(element));
    elements.forEach((element) => mounted.add(element));
    if (!elements.length) return;
    try {
      const module = await load();  // side by side: a map's weight must not keep a search box waiting
      elements.forEach((element) => module[name](element));
    } catch (problem) {
      console.warn(`${selector} is not there`, problem);  // without a line the rest of the page goes on
      elements.forEach((element) => { element.querySelector(".map-fallback")?.removeAttribute("hidden"); mounted.delete(element); });
    }
  }));
}

function startMenus() {
  document.addEventListener("click", (event) => {
    document.querySelectorAll("details[data-menu][open]").forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = document.activeElement?.closest("details[data-menu][open]");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
}

// A page that came back with a refusal begins where it is wrong.
function focusWrong() {
  document.querySelector("main [data-first-error], main [aria-invalid='true']")?.focus();
}

startDisplay();
startHtmx();
startToasts();
startDialogs();
startKeys();
startMenus();
startOutbox();
mountAll(document);
document.addEventListener("htmx:load", (event) => mountAll(event.detail.elt));
startLive();
focusWrong();

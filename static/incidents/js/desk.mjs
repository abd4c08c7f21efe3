// The dispatcher's desk: the chosen ticket stays chosen while the queue refreshes; everything has a key.
import { closeDialog, openDialog } from "governance/dialog";
import { mount } from "governance/page";
import { startDeskMap } from "incidents/desk-map";

const settings = () => JSON.parse(document.getElementById("desk-config").textContent);
const rows = () => [...document.querySelectorAll("#desk-queue [data-row]")];
const rowOf = (number) => document.getElementById(`row-${number}`);
const pinsOf = (id) => JSON.parse(document.getElementById(id)?.dataset.pins ?? "[]");

function start(desk) {
  const config = settings();
  const state = { number: "", position: 0, verb: "" };
  const detail = document.getElementById("desk-detail");
  let map = null;

  function mark() {
    rows().forEach((row) => row.toggleAttribute("data-chosen", row.id === `row-${state.number}`));
    rows().forEach((row) => row.querySelector("a").setAttribute("aria-current", String(row.id === `row-${state.number}`)));
    const at = rows().findIndex((row) => row.id === `row-${state.number}`);
    if (at >= 0) state.position = at;
  }

  async function choose(number, { isFocused = false } = {}) {
    state.number = number;
    mark();
    const url = new URL(location.href);
    url.searchParams.set("ticket", number);
    history.replaceState(history.state, "", url);
    await window.htmx.ajax("GET", config.detail.replace("WG0", number), { target: "#desk-detail", swap: "innerHTML" });
    detail.querySelector(".desk-case-body")?.scrollTo(0, 0);
    const row = rowOf(number);
    row?.scrollIntoView({ block: "nearest" });
    if (isFocused) (row?.querySelector("a") ?? detail).focus({ preventScroll: true });
  }

  function clear() {
    state.number = "";
    mark();
    const url = new URL(location.href);
    url.searchParams.delete("ticket");
    history.replaceState(history.state, "", url);
    detail.replaceChildren();
  }

  // After a deed: stay with the ticket while it is in the list, else go on with the one that took its place.
  function goOn() {
    const left = rows();
    if (rowOf(state.number)) return choose(state.number, { isFocused: true });
    const next = left[Math.min(state.position, left.length - 1)];
    return next ? choose(next.id.slice(4), { isFocused: true }) : clear();
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("#desk-queue [data-row] a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    choose(link.closest("[data-row]").id.slice(4));
  });
  document.addEventListener("desk-done", () => {
    closeDialog();
    state.isDone = true;
    window.htmx.trigger(document.getElementById("desk-queue"), "live");
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    const target = event.detail.target;
    if (target?.id === "desk-queue" || event.detail.elt?.id === "desk-queue") {
      mark();
      map?.list(pinsOf("desk-pins"));
      if (state.isDone) { state.isDone = false; goOn(); }
    }
    if (target?.id === "desk-similar") map?.similar(pinsOf("similar-pins"));
    if (target?.id === "desk-detail" || target?.id === "desk-case") {
      const chosen = document.getElementById("desk-case");
      map?.chosen(chosen?.dataset.lon ? [Number(chosen.dataset.lon), Number(chosen.dataset.lat)] : null);
      desk.querySelector("[data-nowhere]").hidden = !chosen || Boolean(chosen.dataset.lon);
    }
  });
  document.addEventListener("htmx:afterSettle", readyToSend);
  startKeys();
  startDeskMap(desk, config, { pins: pinsOf("desk-pins"), choose: (number) => choose(number, { isFocused: true }) })
    .then((made) => { map = made; made.list(pinsOf("desk-pins")); made.similar(pinsOf("similar-pins")); focusMap(); });

  function focusMap() {
    const chosen = document.getElementById("desk-case");
    if (chosen?.dataset.lon) map.chosen([Number(chosen.dataset.lon), Number(chosen.dataset.lat)]);
  }
  if (config.ticket) choose(config.ticket, { isFocused: true });
}

const pressOn = (selector) => {
  const found = document.querySelector(selector);
  if (!found) return false;
  found.click();
  return true;
};
const DEEDS = {
  a: () => pressOn("#desk-detail [data-verb=accept]"),
  d: () => pressOn("#desk-detail [data-verb=dispatch]"),
  m: () => pressOn("#desk-detail [data-merge]") || pressOn("#desk-detail [data-verb=merge]"),
  e: () => pressOn("#desk-detail .desk-bar .btn-primary"),
  o: () => pressOn("#desk-detail .desk-case-head a"),
  "?": () => { const help = document.querySelector("[data-desk-help]"); openDialog(help.dataset.dialog, help); return true; },
  "/": () => { const box = document.getElementById("desk-words"); box.focus(); box.select(); return true; },
};

// What is filled in already is sent by Enter: the button waits for it, not the first field.
function readyToSend({ detail }) {
  const form = detail.target?.id === "dialog-body" && detail.target.querySelector("form");
  if (!form || !/\/do\/(accept|dispatch|merge)\/$/.test(form.getAttribute("action")) || form.querySelector("[aria-invalid=true]")) return;
  const needed = form.querySelector("[name=target], [name=to]");
  if (!needed || needed.value) form.querySelector(".dialog-foot .btn-primary")?.focus();
}

// Before the keys of every page: the search box here is the queue's own.
function startKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || document.querySelector("dialog[open]")) return;
    if (event.target.matches?.("input, textarea, select, [contenteditable]")) {
      if (event.key === "Escape" && event.target.id === "desk-words") event.target.blur();
      return;
    }
    if (DEEDS[event.key]?.()) event.preventDefault();
  }, { capture: true });
}

mount("[data-desk]", start);

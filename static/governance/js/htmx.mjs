// What every request shares: the token, the sentences of the page, and a calm answer when a request fails.
import { showToast } from "governance/toast";

/** A sentence of the page by name, with `{key}` filled in. */
export function text(name, values = {}) {
  const found = document.getElementById("texts")?.dataset[name] ?? "";
  return fill(found, values);
}

export function fill(template, values) {
  return template.replace(/\{(\w+)\}/g, (_all, key) => values[key] ?? "");
}

export const csrf = () => document.querySelector('meta[name="csrf-token"]')?.content ?? "";

/** Posts a FormData or URLSearchParams in the page's own session. */
export function post(url, body) {
  return fetch(url, { method: "POST", body, headers: { "X-CSRFToken": csrf() }, credentials: "same-origin" });
}

const isWholePage = (xhr) => /^\s*<!doctype/i.test(xhr?.responseText ?? "");

// The page of an error says it best: its heading, its first sentence and the number to quote.
function saidByPage(xhr) {
  const page = new DOMParser().parseFromString(xhr.responseText, "text/html");
  const words = ["h1", ".prose p"].map((selector) => page.querySelector(selector)?.textContent.trim()).filter(Boolean);
  return [...new Set(words)].join(" · ");
}

function sentence(xhr) {
  const number = xhr?.getResponseHeader?.("X-Request-ID");
  if (xhr?.status === 401) return text("signedOut");
  const said = isWholePage(xhr) ? saidByPage(xhr) : "";
  if (said && xhr.status < 500) return said;
  if (xhr?.status === 403) return text("forbidden");
  if (xhr?.status === 429) return text("tooMany");
  return number ? `${said || text("failed")} ${text("failedNumber", { id: number })}` : said || text("failed");
}

/** Nobody asked for it: a refresh by the stream, or a word to the platform that shows nothing. */
const isUnasked = ({ detail }) => detail.requestConfig?.triggeringEvent?.type === "live" || detail.elt?.matches("[hx-trigger=load][hx-swap=none]");

/** A part that could not be had is told once, in a note; a whole page of an error never lands inside a part. */
export function startHtmx() {
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr } = event.detail;
    if (xhr.status < 400) return;
    if (isWholePage(xhr)) event.detail.shouldSwap = false;
    if (!event.detail.shouldSwap && !isUnasked(event)) showToast("error", sentence(xhr));
  });
  document.addEventListener("htmx:sendError", (event) => {
    if (!isUnasked(event)) showToast("error", text("offline"));
  });
}

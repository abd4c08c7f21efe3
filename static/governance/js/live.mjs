// The live stream: server-sent nudges name topics; the parts that listen to a topic fetch themselves again.
// When the stream drops, everything that listens is fetched every 15 s until it is back.
const POLL_MS = 15_000;
const GATHER_MS = 200;
const RETRY_MS = [1_000, 2_000, 5_000, 15_000, 30_000];

const state = { source: null, topics: "", lastId: "", failures: 0, poll: null, retry: null, due: new Set(), gather: null };

const listeners = () => [...document.querySelectorAll("[data-live]")];
const topicsOf = (element) => element.dataset.live.split(/\s+/).filter(Boolean);
const pageTopics = () => [...new Set(listeners().flatMap(topicsOf))].sort().join(",");

function report(name) {
  const box = document.getElementById("stream-state");
  if (!box) return;
  box.dataset.state = name;
  const words = box.dataset[`text${name[0].toUpperCase()}${name.slice(1)}`] ?? "";
  box.querySelector(".stream-text").textContent = words;
  box.title = words;
}

const isTypingIn = (element) =>
  element.contains(document.activeElement) && document.activeElement.matches("input, textarea, select, [contenteditable]");

function refresh(element) {
  if (isTypingIn(element) || element.querySelector("details[data-menu][open], dialog[open]")) {
    element.addEventListener("focusout", () => setTimeout(() => element.isConnected && refresh(element), 300), { once: true });
    return;
  }
  window.htmx?.trigger(element, "live");
}

function refreshDue() {
  state.gather = null;
  const all = state.due.has("*");
  const due = new Set(state.due);
  state.due.clear();
  listeners().filter((element) => all || topicsOf(element).some((topic) => due.has(topic))).forEach(refresh);
}

function nudge(topics) {
  topics.forEach((topic) => state.due.add(topic));
  state.gather ??= setTimeout(refreshDue, GATHER_MS);
}

function onMessage(event) {
  if (event.lastEventId) state.lastId = event.lastEventId;
  let data = {};
  try { data = JSON.parse(event.data || "{}"); } catch { return; }
  nudge(data.topics ?? (data.topic ? [data.topic] : []));
}

function startPolling() {
  state.poll ??= setInterval(() => nudge(["*"]), POLL_MS);
}

function stopPolling() {
  clearInterval(state.poll);
  state.poll = null;
}

function dropped() {
  state.failures += 1;
  startPolling();
  report(navigator.onLine ? "polling" : "lost");
  if (state.source?.readyState === EventSource.CLOSED) {
    clearTimeout(state.retry);
    state.retry = setTimeout(connect, RETRY_MS[Math.min(state.failures, RETRY_MS.length) - 1]);
  }
}

function opened() {
  const wasAway = state.failures > 0;
  state.failures = 0;
  stopPolling();
  report("open");
  if (wasAway && !state.lastId) nudge(["*"]);
}

function connect() {
  state.source?.close();
  const { url: base, since } = document.getElementById("stream-state")?.dataset ?? {};
  state.topics = pageTopics();
  if (!base || !state.topics) return report("off");
  const url = new URL(base, location.href);
  url.searchParams.set("topics", state.topics);
  if (state.lastId) url.searchParams.set("last_event_id", state.lastId);
  else if (since) url.searchParams.set("since", since);
  state.source = new EventSource(url);
  state.source.onopen = opened;
  state.source.onerror = dropped;
  state.source.onmessage = onMessage;
  state.source.addEventListener("nudge", onMessage);
  state.source.addEventListener("reset", () => nudge(["*"]));
}

// A refreshed part keeps its scroll, its focus and its chosen row; rows that changed show it by a quiet flash.
function remember(element) {
  const rows = new Map([...element.querySelectorAll("[id]")].filter((row) => row.matches("[data-row], tr, li"))
    .map((row) => [row.id, row.textContent.replace(/\s+/g, " ")]));
  const scrolled = [element, ...element.querySelectorAll("[id]")].filter((one) => one.id && one.scrollTop)
    .map((one) => [one.id, one.scrollTop]);
  const focused = element.contains(document.activeElement) ? document.activeElement.closest("[id]")?.id : "";
  const current = element.querySelector("[data-row][aria-current]")?.id ?? "";
  return { rows, scrolled, focused, isLink: document.activeElement?.matches(".row-link"), current, page: window.scrollY };
}

function bringBack({ rows, scrolled, focused, isLink, current, page }) {
  scrolled.forEach(([id, top]) => { const found = document.getElementById(id); if (found) found.scrollTop = top; });
  if (current) document.getElementById(current)?.setAttribute("aria-current", "true");
  const found = focused && document.getElementById(focused);
  if (found) (isLink ? found.querySelector(".row-link") ?? found : found).focus({ preventScroll: true });
  if (window.scrollY !== page) window.scrollTo(0, page);
  if (rows.size === 0) return;
  const root = document.getElementById([...rows.keys()][0])?.closest("[data-live]") ?? document;
  root.querySelectorAll("[data-row][id], tr[id], li[id]").forEach((row) => {
    if (rows.get(row.id) !== row.textContent.replace(/\s+/g, " ")) flash(row);
  });
}

function flash(row) {
  row.classList.add("is-flash");
  row.addEventListener("animationend", () => row.classList.remove("is-flash"), { once: true });
}

export function startLive() {
  let memory = null;
  document.addEventListener("htmx:beforeSwap", (event) => {
    memory = event.detail.requestConfig?.triggeringEvent?.type === "live" ? remember(event.detail.target) : null;
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (memory && event.detail.requestConfig?.triggeringEvent?.type === "live") bringBack(memory);
    memory = null;
    if (pageTopics() !== state.topics) connect();
  });
  addEventListener("online", () => state.topics && connect());
  addEventListener("offline", () => state.topics && report("lost"));
  addEventListener("pagehide", () => state.source?.close());
  addEventListener("pageshow", (event) => { if (event.persisted) { nudge(["*"]); connect(); } });
  connect();
}

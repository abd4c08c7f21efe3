// Keyboard: j and k move along a list's rows, Enter opens (the link's own deed), other letters press what names them.
const isTyping = (element) => element?.matches?.("input, textarea, select, [contenteditable]") ?? false;

const rowsOf = (list) => [...list.querySelectorAll("[data-row]")].filter((row) => row.offsetParent !== null);

function currentList() {
  return document.activeElement?.closest("[data-keys]") ?? document.querySelector("[data-keys]");
}

function currentRow(list) {
  return document.activeElement?.closest("[data-row]") ?? list?.querySelector("[data-row][aria-current]") ?? null;
}

function stand(rows, next) {
  rows.forEach((row) => row.removeAttribute("aria-current"));
  next.setAttribute("aria-current", "true");
  (next.querySelector(".row-link") ?? next).focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

// Who comes back to a list stands on the row that led away.
const placeKey = () => `row ${location.pathname}${location.search}`;

function keepPlace(event) {
  const link = event.target.closest?.("[data-keys] .row-link");
  if (!link) return;
  try { sessionStorage.setItem(placeKey(), link.getAttribute("href")); } catch { /* then the list begins at its top */ }
}

function keptPlace() {
  try { return sessionStorage.getItem(placeKey()); } catch { return null; }
}

function findPlace() {
  const href = keptPlace(), [entry] = performance.getEntriesByType("navigation");
  const row = href && entry?.type === "back_forward" && document.querySelector(`[data-keys] .row-link[href="${CSS.escape(href)}"]`)?.closest("[data-row]");
  if (row) stand(rowsOf(row.closest("[data-keys]")), row);
}

function move(step) {
  const list = currentList();
  if (!list) return false;
  const rows = rowsOf(list);
  if (!rows.length) return false;
  const at = rows.indexOf(currentRow(list));
  const next = rows[at < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(Math.max(at + step, 0), rows.length - 1)];
  stand(rows, next);
  return true;
}

function press(key) {
  const row = currentRow(currentList());
  const wanted = `[data-key="${CSS.escape(key)}"]`;
  const target = row?.querySelector(wanted) ?? document.querySelector(`${wanted}:not([data-row] *)`);
  if (!target || target.offsetParent === null) return false;
  if (isTyping(target)) {
    target.focus();
    target.select?.();
  } else {
    target.click();
  }
  return true;
}

export function startKeys() {
  document.addEventListener("click", keepPlace);
  findPlace();
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (isTyping(event.target) || document.querySelector("dialog[open]")) {
      if (event.key === "Escape" && event.target.id === "global-search") event.target.blur();
      return;
    }
    const done = event.key === "j" ? move(1) : event.key === "k" ? move(-1) : event.key.length === 1 && press(event.key);
    if (done) event.preventDefault();
  });
}

// Short notes at the edge of the page. Errors stay until dismissed; the others leave after a while.
const LASTING_MS = 8000;

/** Shows a note; `level` is success, info, warning or error. */
export function showToast(level, sentence) {
  const box = document.getElementById("toasts");
  if (!box || !sentence) return;
  const note = document.createElement("div");
  note.className = `toast-note toast-${level}`;
  const words = document.createElement("span");
  words.textContent = sentence;
  const close = document.createElement("button");
  close.type = "button";
  close.className = "btn-close";
  close.dataset.toastClose = "";
  close.setAttribute("aria-label", box.dataset.close);
  note.append(words, close);
  box.append(note);
  leaveLater(note);
}

function leaveLater(note) {
  if (note.classList.contains("toast-error") || note.classList.contains("toast-warning")) return;
  let timer = setTimeout(() => note.remove(), LASTING_MS);
  note.addEventListener("pointerenter", () => clearTimeout(timer));
  note.addEventListener("pointerleave", () => { timer = setTimeout(() => note.remove(), LASTING_MS / 2); });
}

export function startToasts() {
  document.querySelectorAll("#toasts .toast-note").forEach(leaveLater);
  document.addEventListener("click", (event) => event.target.closest("[data-toast-close]")?.closest(".toast-note").remove());
  document.addEventListener("toast", (event) => showToast(event.detail.level ?? "info", event.detail.text ?? event.detail.value));
}

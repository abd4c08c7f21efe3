// Verb dialogs: a button names a form on the server; it is fetched into the one <dialog> of the page and answers there.
const dialog = () => document.getElementById("dialog");
const body = () => document.getElementById("dialog-body");
let opener = null;

function focusFirst() {
  const box = body();
  const wrong = box.querySelector("[data-first-error], [aria-invalid='true'], .is-invalid");
  const first = box.querySelector("[autofocus], .dialog-main input:not([type=hidden]), .dialog-main textarea, .dialog-main select");
  (wrong ?? first ?? box.querySelector(".dialog-foot .btn-primary, .dialog-foot .btn"))?.focus();
}

// Who has opened it gets the focus back: the menu that a button stood in, or, where the page has been drawn anew
// meanwhile, the same button of the new drawing.
function giveBack() {
  const menu = opener?.closest("details[data-menu]")?.querySelector("summary");
  const again = opener && document.querySelector(`[data-dialog="${CSS.escape(opener.dataset.dialog ?? "")}"]`);
  [menu, opener, again, document.getElementById("content")].find((item) => item?.isConnected)?.focus();
  opener = null;
}

export async function openDialog(url, from = null) {
  opener = from;
  const menu = from?.closest("details[data-menu]");
  if (menu) menu.open = false;
  dialog().classList.toggle("is-wide", from?.dataset.dialogWide !== undefined);
  // The dialog itself asks: a part that refreshes meanwhile and takes its button away must not swallow the answer.
  await window.htmx.ajax("GET", url, { target: "#dialog-body", swap: "innerHTML", source: dialog() });
}

export function closeDialog() {
  if (dialog()?.open) dialog().close();
}

function onClick(event) {
  const button = event.target.closest("[data-dialog]");
  if (button) {
    event.preventDefault();
    openDialog(button.dataset.dialog, button);
  } else if (event.target.closest("[data-dialog-close]")) {
    closeDialog();
  }
}

export function startDialogs() {
  if (!dialog()) return;
  document.addEventListener("click", onClick);
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target?.id !== "dialog-body" || !body().childElementCount) return;
    if (!dialog().open) dialog().showModal();
    focusFirst();
  });
  document.addEventListener("dialog-close", closeDialog);
  dialog().addEventListener("close", () => {
    body().replaceChildren();
    giveBack();
  });
}

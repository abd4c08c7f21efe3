// A verb that this person may not do answers 403 with the form: it is shown in the dialog, the text kept.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, target } = event.detail;
  if (xhr.status !== 403 || target?.id !== "dialog-body" || !xhr.responseText.includes("<form")) return;
  event.detail.shouldSwap = true;
  event.detail.isError = false;
});

// Canned texts beside a long field: fetched when the button is pressed, put in at the caret, the first nine by Alt+1 … 9.
function putIn(field, text) {
  const at = field.selectionStart ?? field.value.length;
  const gap = at > 0 && !/\s$/.test(field.value.slice(0, at)) && field.value.slice(0, at) ? "\n" : "";
  field.setRangeText(`${gap}${text}`, at, field.selectionEnd ?? at, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
}

export function mountCanned(box) {
  const field = document.getElementById(box.dataset.canned);
  const button = box.querySelector("[data-canned-open]");
  const list = box.querySelector("[data-canned-list]");
  if (!field) return;

  async function fetchList() {
    const response = await fetch(button.dataset.url, { headers: { "HX-Request": "true" } });
    if (!response.ok) return false;
    list.innerHTML = await response.text();
    return true;
  }

  async function show(isOpen) {
    if (isOpen && !list.childElementCount && !(await fetchList())) return;
    list.hidden = !isOpen;
    button.setAttribute("aria-expanded", String(isOpen));
  }

  button.addEventListener("click", async () => {
    const isOpen = list.hidden;
    await show(isOpen);
    if (isOpen) list.querySelector("button")?.focus();
  });
  list.addEventListener("click", (event) => {
    const chosen = event.target.closest("[data-canned-text]");
    if (!chosen) return;
    putIn(field, chosen.dataset.cannedText);
    show(false);
  });
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || list.hidden) return;
    event.preventDefault();
    event.stopPropagation();
    show(false).then(() => button.focus());
  });
  field.addEventListener("keydown", async (event) => {
    const number = event.altKey && !event.ctrlKey && !event.metaKey ? /^Digit([1-9])$/.exec(event.code)?.[1] : null;
    if (!number) return;
    event.preventDefault();
    if (!list.childElementCount && !(await fetchList())) return;
    const chosen = list.querySelectorAll("[data-canned-text]")[Number(number) - 1];
    if (chosen) putIn(field, chosen.dataset.cannedText);
  });
}

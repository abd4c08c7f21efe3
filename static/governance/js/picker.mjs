// A combobox that searches on the server (ARIA combobox with a list box). Answers: [{value, label, hint, lon, lat}].
import { text } from "governance/htmx";

const WAIT_MS = 180;

export function mountPicker(box) {
  const input = box.querySelector("[role=combobox]");
  const value = box.querySelector("input[type=hidden]");
  const list = box.querySelector("[role=listbox]");
  const clear = box.querySelector("[data-picker-clear]");
  let rows = [], active = -1, timer, asked = 0, answered = 0;
  let takesFirst = false;  // Enter came before the answer to what was typed: its first row is meant

  const setOpen = (isOpen) => {
    list.hidden = !isOpen;
    input.setAttribute("aria-expanded", String(isOpen));
    if (!isOpen) { active = -1; input.removeAttribute("aria-activedescendant"); }
  };
  const setActive = (index) => {
    active = index;
    [...list.children].forEach((option, at) => option.setAttribute("aria-selected", String(at === index)));
    if (index < 0) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", list.children[index].id);
    list.children[index].scrollIntoView({ block: "nearest" });
  };
  const forget = () => {  // a search that is still under way must not open the list again
    clearTimeout(timer);
    answered = ++asked;
    takesFirst = false;
  };
  const choose = (row) => {
    forget();
    value.value = row?.value ?? "";
    input.value = row?.label ?? "";
    clear.hidden = !input.value;
    setOpen(false);
    value.dispatchEvent(new Event("change", { bubbles: true }));
    box.dispatchEvent(new CustomEvent("picked", { bubbles: true, detail: row ?? null }));
  };
  const draw = () => {
    list.replaceChildren(...(rows.length ? rows.map(option) : [none()]));
    setOpen(true);
    setActive(rows.length ? 0 : -1);
  };
  const option = (row, index) => {
    const item = document.createElement("li");
    item.id = `${list.id}-${index}`;
    item.className = "picker-option";
    item.setAttribute("role", "option");
    const label = document.createElement("span");
    label.textContent = row.label;
    const hint = document.createElement("span");
    hint.className = "picker-hint";
    hint.textContent = row.hint ?? "";
    item.append(label, hint);
    item.addEventListener("pointerdown", (event) => { event.preventDefault(); choose(row); });
    return item;
  };
  const none = () => {
    const item = document.createElement("li");
    item.className = "picker-none";
    item.setAttribute("role", "option");
    item.setAttribute("aria-disabled", "true");
    item.textContent = text("none");
    return item;
  };
  const search = async () => {
    const turn = ++asked;
    const url = new URL(box.dataset.url, location.href);
    url.searchParams.set("q", input.value.trim());
    try {
      const answer = await fetch(url, { headers: { Accept: "application/json" }, credentials: "same-origin" });
      if (turn !== asked || !answer.ok) return;
      const found = await answer.json();
      if (turn !== asked) return;
      answered = turn;
      rows = Array.isArray(found) ? found : found.results ?? [];
      if (takesFirst && rows.length) return choose(rows[0]);
      takesFirst = false;
      if (document.activeElement !== input) return;
      draw();
    } catch { setOpen(false); }
  };
  const later = () => {
    clearTimeout(timer);
    asked += 1;  // what is shown until then does not answer what is typed now
    takesFirst = false;
    timer = setTimeout(search, WAIT_MS);
  };

  input.addEventListener("input", (event) => {
    if (value.value) { value.value = ""; value.dispatchEvent(new Event("change", { bubbles: true })); }
    clear.hidden = !input.value;
    if (!event.isComposing) later();
  });
  input.addEventListener("compositionend", later);
  input.addEventListener("click", () => list.hidden && search());
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const last = rows.length - 1;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) return search();
      if (last >= 0) setActive(event.key === "ArrowDown" ? (active >= last ? 0 : active + 1) : (active <= 0 ? last : active - 1));
    } else if (event.key === "Enter" && asked !== answered) {
      event.preventDefault();
      takesFirst = !value.value && input.value.trim() !== "";
      clearTimeout(timer);
      search();
    } else if (event.key === "Enter" && !list.hidden) {
      event.preventDefault();
      if (active >= 0) choose(rows[active]);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      event.stopPropagation();
      setOpen(false);
    }
  });
  input.addEventListener("blur", () => {  // who pressed Enter and went on at once has chosen
    if (!takesFirst) forget();
    setOpen(false);
  });
  clear.addEventListener("click", () => { choose(null); input.focus(); });
  box.closest("form")?.addEventListener("draft-discarded", () => choose(null));
  value.addEventListener("change", () => { clear.hidden = !input.value; });
  clear.hidden = !input.value;
  if (document.activeElement === input && input.value !== input.defaultValue) later();  // typed before this script was here
}

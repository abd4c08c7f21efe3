// The search box: filters that may follow and what is found already, as a list below it (ARIA combobox).
// Enter searches for all of it; an entry that was chosen with the arrows is opened, a filter is put into the text.
const WAIT_MS = 180;

export function mountSearch(box) {
  const input = box.querySelector("[role=combobox]");
  const list = box.querySelector("[role=listbox]");
  let options = [], active = -1, timer, asked = 0;

  const setOpen = (isOpen) => {
    list.hidden = !isOpen;
    input.setAttribute("aria-expanded", String(isOpen));
    if (!isOpen) setActive(-1);
  };
  const setActive = (index) => {
    active = index;
    options.forEach(({ item }, at) => item.setAttribute("aria-selected", String(at === index)));
    if (index < 0) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", options[index].item.id);
    options[index].item.scrollIntoView({ block: "nearest" });
  };
  const piece = (name, className, words) => {
    const element = document.createElement(name);
    element.className = className;
    element.textContent = words;
    return element;
  };
  const option = (row, take) => {
    const item = piece("div", "search-option", "");
    item.id = `${list.id}-${options.length}`;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    if (row.lamp) {
      const lamp = piece("span", `lamp lamp-${row.lamp}`, "");
      lamp.dataset.lamp = row.lamp;
      item.append(lamp);
    }
    item.append(piece("span", "search-label", row.label), piece("span", "search-hint", row.hint ?? ""));
    item.addEventListener("pointerdown", (event) => { if (event.button === 0) event.preventDefault(); });
    item.addEventListener("click", () => take(row));
    options.push({ item, take: () => take(row) });
    return item;
  };
  const group = (label, rows, take) => {
    const part = piece("div", "search-group", "");
    const head = piece("div", "search-group-head", label);
    head.id = `${list.id}-head-${options.length}`;
    part.setAttribute("role", "group");
    part.setAttribute("aria-labelledby", head.id);
    part.append(head, ...rows.map((row) => option(row, take)));
    return part;
  };
  const complete = ({ text, start, end }) => {
    const isKey = /[:：]$/.test(text);
    const before = input.value.slice(0, start), after = input.value.slice(end).trimStart();
    input.value = before + text + (isKey ? "" : " ") + after;
    const at = before.length + text.length + (isKey ? 0 : 1);
    input.setSelectionRange(at, at);
    input.focus();
    search();
  };
  const open = ({ url }) => { setOpen(false); location.assign(url); };
  const draw = ({ suggestions, groups, fault, phone }) => {
    options = [];
    const parts = [];
    if (fault) parts.push(piece("div", "search-note", fault));
    if (suggestions.length) parts.push(group(box.dataset.keysLabel, suggestions, complete));
    for (const { label, hits } of groups) parts.push(group(label, hits, open));
    if (phone) parts.push(option({ label: box.dataset.phone, url: phone }, open));
    list.replaceChildren(...parts);
    setOpen(parts.length > 0);
    setActive(-1);
  };
  const search = async () => {
    clearTimeout(timer);
    const turn = ++asked;
    const url = new URL(box.dataset.search, location.href);
    url.searchParams.set("q", input.value);
    url.searchParams.set("at", String(input.selectionStart ?? input.value.length));
    try {
      const answer = await fetch(url, { headers: { Accept: "application/json" }, credentials: "same-origin" });
      if (turn !== asked || !answer.ok) return;
      const found = await answer.json();
      if (turn === asked && document.activeElement === input) draw(found);
    } catch { setOpen(false); }
  };
  const later = () => {
    clearTimeout(timer);
    asked += 1;
    timer = setTimeout(search, WAIT_MS);
  };

  input.addEventListener("input", (event) => { if (!event.isComposing) later(); });
  input.addEventListener("compositionend", later);
  input.addEventListener("click", () => list.hidden && later());
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const last = options.length - 1;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) return void search();
      if (last >= 0) setActive(event.key === "ArrowDown" ? (active >= last ? 0 : active + 1) : (active <= 0 ? last : active - 1));
    } else if (event.key === "Enter" && active >= 0 && !list.hidden) {
      event.preventDefault();
      options[active].take();
    } else if (event.key === "Enter") {
      asked += 1;
      clearTimeout(timer);
      setOpen(false);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      event.stopPropagation();
      setOpen(false);
    }
  });
  input.addEventListener("blur", () => { clearTimeout(timer); asked += 1; setOpen(false); });
}

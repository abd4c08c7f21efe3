// Forms lose nothing and are sent once: typed text is kept on this device, by person and form, until the server has it.
const WAIT_MS = 400;
const TAKEN = "governance_taken";
const SKIPPED = ["password", "file", "hidden", "submit", "button"];

const keyOf = (form) => `draft:${document.body.dataset.user || "-"}:${form.dataset.draft}`;

function store(action) {
  try { return action(localStorage); } catch { return null; }
}

const nameOf = (field) => field.name || field.dataset.draftName;

const fieldsOf = (form) => [...form.elements].filter((field) => nameOf(field) && nameOf(field) !== "csrfmiddlewaretoken"
  && (!SKIPPED.includes(field.type) || field.dataset.draftKeep !== undefined));

const photosOf = (form) => [...form.querySelectorAll("[data-photos]")].map((box) => [box.dataset.name,
  [...box.querySelectorAll("[data-photo-id]")].map(({ dataset }) => ({ id: dataset.photoId, thumb_url: dataset.thumb, isKept: dataset.photoKept !== undefined }))]);

const isTick = (field) => field.type === "checkbox" || field.type === "radio";

/** Whether somebody changed the field before this script had arrived: what a person does now outweighs what was kept. */
function isTouched(field) {
  if (isTick(field)) return field.checked !== field.defaultChecked;
  if (field.options) return [...field.options].some((option) => option.selected !== option.defaultSelected && option.index > 0);
  return field.value !== field.defaultValue;
}

function keep(form) {
  if (form.dataset.taken !== undefined) return;
  const values = fieldsOf(form).map((field) => [nameOf(field), isTick(field) ? field.value : "", isTick(field) ? field.checked : field.value]);
  store((box) => box.setItem(keyOf(form), JSON.stringify({ at: Date.now(), values, photos: photosOf(form) })));
}

/** The form has been taken by somebody else than the server: what was kept of it goes, and nothing is kept any more,
 * whatever was typed a moment before; until it is given back. */
export function forgetForm(form) {
  form.dataset.taken = "";
  if (form.dataset.draft !== undefined) forget(keyOf(form));
}

export function giveBack(form) {
  delete form.dataset.taken;
  if (form.dataset.draft !== undefined) keep(form);
}

const forget = (key) => store((box) => box.removeItem(key));

function restore(form) {
  const kept = store((box) => JSON.parse(box.getItem(keyOf(form)) || "null"));
  if (!kept) return false;
  let changed = false;
  const touched = new Set(fieldsOf(form).filter(isTouched).map(nameOf));
  for (const [name, option, value] of kept.values) {
    if (touched.has(name)) continue;
    for (const field of fieldsOf(form)) {
      if (nameOf(field) !== name || (isTick(field) && field.value !== option)) continue;
      const present = isTick(field) ? field.checked : field.value;
      if (present === value) continue;
      if (isTick(field)) field.checked = value; else field.value = value;
      field.dispatchEvent(new Event("change", { bubbles: true }));
      changed = true;
    }
  }
  for (const [name, photos] of kept.photos ?? []) {
    const box = form.querySelector(`[data-photos][data-name="${CSS.escape(name)}"]`);
    if (!box || !photos.length || box.querySelector("[data-photo-id]")) continue;
    box.dataset.kept = JSON.stringify(photos);
    changed = true;
  }
  return changed;
}

function guardDraft(form) {
  let timer;
  const later = () => { clearTimeout(timer); timer = setTimeout(() => form.isConnected && keep(form), WAIT_MS); };
  if (form.dataset.bound === undefined && restore(form)) {
    const note = form.querySelector("[data-draft-note]");
    if (note) note.hidden = false;
  }
  form.addEventListener("input", later);
  form.addEventListener("change", later);
  form.addEventListener("submit", () => { clearTimeout(timer); keep(form); });
  form.querySelector("[data-draft-discard]")?.addEventListener("click", () => {
    clearTimeout(timer);
    forget(keyOf(form));
    form.reset();
    form.querySelector("[data-draft-note]").hidden = true;
    form.dispatchEvent(new Event("draft-discarded", { bubbles: true }));
  });
}

/** What the server has taken it names in a cookie (the address that was sent to): its draft goes. */
function forgetTaken() {
  const taken = document.cookie.split("; ").find((part) => part.startsWith(`${TAKEN}=`));
  if (!taken) return;
  document.cookie = `${TAKEN}=; path=/; max-age=0; samesite=lax`;
  forget(`draft:${document.body.dataset.user || "-"}:${decodeURIComponent(taken.slice(TAKEN.length + 1))}`);
}

function setBusy(form, isBusy) {
  form.toggleAttribute("data-busy", isBusy);
  form.setAttribute("aria-busy", String(isBusy));
  form.querySelectorAll("button:not([type=button]), input[type=submit]").forEach((button) => {
    button.classList.toggle("is-busy", isBusy);
    button.setAttribute("aria-disabled", String(isBusy));
  });
}

function guardOnce(form) {
  form.addEventListener("submit", (event) => {
    if (form.hasAttribute("data-busy")) {
      event.preventDefault();
      event.stopImmediatePropagation();
    } else if (!event.defaultPrevented || form.hasAttribute("hx-post")) {
      setBusy(form, true);
    }
  }, { capture: true });
  form.addEventListener("htmx:afterRequest", () => setBusy(form, false));
}

/** Takes charge of forms that ask for it (data-once, data-draft). */
export function startForms(forms) {
  forgetTaken();
  for (const form of forms) {
    if (form.dataset.guarded !== undefined) continue;
    form.dataset.guarded = "";
    if (form.dataset.once !== undefined) guardOnce(form);
    if (form.dataset.draft !== undefined) guardDraft(form);
  }
}

addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll("form[data-busy]").forEach((form) => setBusy(form, false));
});

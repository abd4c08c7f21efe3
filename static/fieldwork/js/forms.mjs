// Forms of the phone go through the outbox: what is sent is first safely written here, then goes over the line. Without a
// set-up store a form is posted as it would be without scripts.
//   <form data-phone-action="check_in" data-phone-subject="patrol:7" data-phone-title="…">
// Dialogs of ticket verbs need no marks: their address says what they are.
import { metres } from "fieldwork/distance";
import { NoLine, skew } from "fieldwork/line";
import { changed, list, queue, takeBack, toldOf } from "fieldwork/outbox";
import { askPin } from "fieldwork/pin";
import { kick, trouble } from "fieldwork/sender";
import { isFull } from "fieldwork/store";
import { withTour } from "fieldwork/tour";
import { isSetUp, openKey } from "fieldwork/vault";
import { words } from "fieldwork/words";
import { forgetForm, giveBack } from "governance/draft";

const PATIENCE_MS = 8_000;
const VERB = /\/m\/tickets\/([^/]+)\/(?:do\/|parts\/(\d+)\/)?([\w-]+)\/$/;
let isStoreSetUp = false;

const kinds = () => JSON.parse(document.getElementById("phone-texts")?.dataset.kinds ?? "{}");

/** What a form does, or null where it is no action of the phone. */
function actionOf(form) {
  const { phoneAction: kind, phoneSubject: subject, phoneTitle: title, phoneKeyed: isKeyed } = form.dataset;
  if (kind === "report") {
    const isHandled = Boolean(form.elements.is_self_handled?.checked && !form.querySelector("[data-self-parts]")?.disabled);
    const key = form.elements.key.value;
    return { kind: isHandled ? "self_handle" : "report", subject: `report:${key}`, id: key, title: form.querySelector("#id_category_search")?.value ?? "" };
  }
  const key = isKeyed === undefined ? undefined : form.elements.key.value;
  const about = title ?? form.elements[form.dataset.phoneTitleFrom]?.selectedOptions?.[0]?.text ?? "";
  if (kind) {
    return { kind, subject: subject.endsWith(":") ? `${subject}${key}` : subject, title: about, id: key, data: form.dataset.phoneNumber ? { number: [form.dataset.phoneNumber] } : {} };
  }
  const [, number, part, deed] = new URL(form.action, location.href).pathname.match(VERB) ?? [];
  if (!deed || !kinds()[deed]) return null;
  return { kind: kinds()[deed], subject: `ticket:${number}`, title: number, data: { number: [number], ...(part ? { part: [part] } : {}) } };
}

function filled(form, action) {
  const data = { ...action.data };
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string" && name !== "csrfmiddlewaretoken") (data[name] ??= []).push(value);
  }
  const photos = [...form.querySelectorAll("[data-photo-kept]")].filter((item) => !item.closest("fieldset:disabled")).map(({ dataset }) => dataset.photoId);
  const [lon, lat, accuracy] = ["lon", "lat", "accuracy"].map((name) => form.elements[name]?.value);
  const position = lon && lat ? { lon: Number(lon), lat: Number(lat), accuracy: Number(accuracy || 0) } : null;
  return { ...action, data, photos, position, skew: skew() };
}

/** A kept page gives the same key each time it is shown: another key for each time, so that nothing counts as said before. */
function renewKey(form) {
  const input = form.querySelector("input[type=hidden][name=key]");
  if (input) input.defaultValue = input.value = crypto.randomUUID();
}

/** Not where the form holds what was typed before: that is sent once, whoever sends it. */
function startKey(form) {
  if (form.dataset.bound === undefined && form.querySelector("[data-draft-note]")?.hidden !== false) renewKey(form);
}

function setBusy(form, isBusy) {
  form.toggleAttribute("data-busy", isBusy);
  form.setAttribute("aria-busy", String(isBusy));
  form.querySelectorAll("button:not([type=button])").forEach((button) => button.setAttribute("aria-disabled", String(isBusy)));
}

function note(text) {
  const made = document.createElement("p");
  made.className = "field-error";
  made.setAttribute("role", "alert");
  made.dataset.phoneError = "";
  made.textContent = text;
  return made;
}

/** What is mended is no longer marked. */
function unmark({ target }) {
  const box = target.closest(".has-error");
  box?.querySelectorAll("[data-phone-error]").forEach((old) => old.remove());
  box?.classList.remove("has-error");
}

/** What the platform refused, beside its fields; what has none stands on top. */
function showErrors(form, { fields, words: all }) {
  form.querySelectorAll("[data-phone-error]").forEach((old) => old.remove());
  form.querySelectorAll(".has-error").forEach((old) => old.classList.remove("has-error"));
  let first = null;
  for (const [name, texts] of Object.entries(fields ?? {})) {
    const box = form.querySelector(`[name="${CSS.escape(name)}"], [data-name="${CSS.escape(name)}"]`)?.closest(".field, details");
    if (!box) continue;
    if (box.tagName === "DETAILS") box.open = true;
    box.classList.add("has-error");
    box.append(note(texts.join(" ")));
    first ??= box;
  }
  if (!first) { first = note(all); (form.querySelector(".dialog-main") ?? form).prepend(first); }
  first.scrollIntoView({ block: "center" });
  (first.querySelector("input:not([type=hidden]), textarea, select, button") ?? first).focus?.();
}

const answered = (id) => new Promise((done) => {
  const look = async () => {
    const row = (await list()).find((one) => one.id === id);
    if (row && row.state === "waiting" && !trouble) return;
    removeEventListener("fieldwork", look);
    clearTimeout(timer);
    done(row);
  };
  const timer = setTimeout(() => { removeEventListener("fieldwork", look); done(null); }, PATIENCE_MS);
  addEventListener("fieldwork", look);
  look();
});

function leave(url, kind, text) {
  try { sessionStorage.setItem("fieldwork:toast", JSON.stringify([kind, text])); } catch { /* said by the page itself */ }
  location.assign(url);
}

/** What is done on a round leads back to it from the list of what waits. */
function rememberRound(form, { kind, subject }) {
  const isOn = kind === "finding" || (subject.startsWith("field:") && kind !== "submit");
  const address = form.closest("[data-field-task]") ? location.href : document.querySelector(".phone-back")?.href;
  try { isOn && address ? sessionStorage.setItem("fieldwork:round", address) : sessionStorage.removeItem("fieldwork:round"); } catch { /* then one goes back by hand */ }
}

/** What has to be filled in and is not; of photos the platform alone knows when they may be left out. */
function missing(form) {
  const isThere = ({ type, checked, value }) => (["radio", "checkbox"].includes(type) ? checked : value.trim());
  const boxes = [...form.querySelectorAll(".required-word")].map((mark) => mark.closest(".field")).filter(Boolean);
  const asking = boxes.filter((box) => box.getClientRects().length && !box.closest("fieldset:disabled") && !box.querySelector("[data-photos]"));
  const named = asking.map((box) => [box, [...box.querySelectorAll("input[name], select[name], textarea[name]")]]);
  return Object.fromEntries(named.filter(([, inputs]) => inputs.length && !inputs.some(isThere))
    .map(([box, [{ name }]]) => [name, [words(box.querySelector("[data-position]") ? "missingPosition" : "missing")]]));
}

/** Away from the place, or without a position, a check-in needs a word of why: asked for now, not when the line is back. */
function elsewhere(form) {
  const { words: why, lon, lat, accuracy } = form.elements;
  if (form.dataset.near === undefined || why.value.trim()) return {};
  const [tolerance, most, ...point] = form.dataset.near.split(",").filter(Boolean).map(Number);
  const spread = Number(accuracy.value || 0);
  if (!lon.value || spread > most) return { words: [words("noPosition")] };
  const away = point.length ? Math.round(metres({ lon: Number(lon.value), lat: Number(lat.value) }, { lon: point[0], lat: point[1] })) : 0;
  return away > tolerance + spread ? { words: [words("faraway", { n: away })] } : {};
}

/** Who was met at home has said something. */
function unsaid(form) {
  if (form.dataset.noteIfMet === undefined || form.elements.was_met.value === "0" || form.elements.note.value.trim()) return {};
  return { note: [words("missing")] };
}

async function send(form) {
  const gaps = { ...missing(form), ...elsewhere(form), ...unsaid(form) };
  if (Object.keys(gaps).length) return showErrors(form, { fields: gaps });
  setBusy(form, true);
  try {
    if (!(await openKey()) && !(await askPin())) return setBusy(form, false);
    const action = filled(form, actionOf(form));
    const id = await queue(await withTour(action));
    rememberRound(form, action);
    forgetForm(form);
    kick();
    const row = navigator.onLine ? await answered(id) : null;
    const told = row ? await toldOf(row) : null;
    if (row?.state === "sent") return leave(told.url || "/m/", "success", told.words);
    if (row?.state === "refused" && Object.keys(told.fields ?? {}).length) {
      await takeBack(id);
      renewKey(form);  // what was refused stays refused under its own
      giveBack(form);
      setBusy(form, false);
      return showErrors(form, told);
    }
    if (row?.state === "refused" || row?.state === "conflict") return leave("/m/outbox/", "error", told.words);
    return leave("/m/outbox/", "info", words("saved"));
  } catch (problem) {
    setBusy(form, false);
    showErrors(form, { words: words(isFull(problem) ? "full" : "notSaved") });
    if (!isFull(problem) && !(problem instanceof NoLine)) throw problem;
  }
}

/** Before any other reader of "submit"; a form whose photos are still being written comes again by itself. */
export async function startForms() {
  addEventListener("submit", (event) => {
    const form = event.target;
    if (!isStoreSetUp || form.method !== "post" || form.querySelector("[data-photos] .is-sending")) return;
    if (!actionOf(form)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!form.hasAttribute("data-busy")) send(form);
  }, { capture: true });
  document.addEventListener("input", unmark);
  const look = async () => { isStoreSetUp = await isSetUp().catch(() => false); };
  addEventListener("fieldwork", ({ detail }) => detail === "set-up" && look());
  await look();
  if (isStoreSetUp) document.querySelectorAll("form[data-phone-action]").forEach(startKey);
  changed("ready");
}

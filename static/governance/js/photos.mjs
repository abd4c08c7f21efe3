// Photos: from the camera or from files, made smaller here, sent at once, and named in the form by hidden inputs.
// Papers, recordings and films are sent as they are.
import { withNotes } from "governance/exif";
import { csrf, fill } from "governance/htmx";

const LONGEST_PX = 1920;
const QUALITY = 0.82;

async function smaller(file) {
  const source = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, LONGEST_PX / Math.max(source.width, source.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(source.width * scale));
  canvas.height = Math.max(1, Math.round(source.height * scale));
  canvas.getContext("2d").drawImage(source, 0, 0, canvas.width, canvas.height);
  source.close();
  const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
  if (!blob) throw new TypeError("not an image");
  return withNotes(file, blob);
}

function send(url, blob, name, { kind, origin }, onProgress) {
  return new Promise((done, fail) => {
    const body = new FormData();
    body.append("file", blob, name);
    if (kind) body.append("kind", kind);
    if (origin) body.append("origin", origin);
    const request = new XMLHttpRequest();
    request.open("POST", url);
    request.responseType = "json";
    request.setRequestHeader("X-CSRFToken", csrf());
    request.setRequestHeader("Accept", "application/json");
    request.upload.onprogress = (event) => event.lengthComputable && onProgress(event.loaded / event.total);
    request.onload = () => (request.status < 300 && request.response?.id !== undefined ? done(request.response) : fail(request.response));
    request.onerror = () => fail(null);
    request.send(body);
  });
}

const button = (words) => {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "btn btn-sm";
  made.textContent = words;
  return made;
};

let keeper = null;

/** A phone that works without a line keeps photos itself: `keep(blob, name, about, source)` gives {id}, or null when it
 * cannot now. */
export function keepPhotosWith(keep) { keeper = keep; }

const isHeic = async (file) => /ftyp(hei[cfmsx]|mif1|msf1)/.test(await file.slice(4, 12).text());

const pressed = new WeakMap();  // form: what was pressed while a photo was on its way

export function mountPhotos(box) {
  const list = box.querySelector("[data-photo-list]");
  const error = box.querySelector("[data-photo-error]");
  const words = box.dataset;
  const say = (sentence) => { error.textContent = sentence; error.hidden = !sentence; };
  const about = () => ({ kind: words.kind, origin: box.querySelector("[data-photo-origin]:checked")?.value });
  const changed = () => box.dispatchEvent(new Event("change", { bubbles: true }));
  const count = () => {
    const waiting = list.querySelectorAll(".is-sending").length;
    const failed = list.querySelectorAll(".is-failed").length;
    box.dispatchEvent(new CustomEvent("outbox", { bubbles: true, detail: { waiting, failed } }));
  };

  async function upload(item, blob, fileName, source = blob) {
    item.className = "is-sending";
    item.querySelectorAll("button, .field-error").forEach((old) => old.remove());
    const bar = document.createElement("progress");
    bar.max = 1;
    bar.value = 0;
    bar.setAttribute("aria-label", words.textSending);
    item.append(bar);
    count();
    try {
      const stored = await keeper?.(blob, fileName, about(), source) ?? await send(words.url, blob, fileName, about(), (part) => { bar.value = part; });
      item.className = "";
      name(item, stored);
      changed();
    } catch (problem) {
      item.className = "is-failed";
      const note = document.createElement("span");
      note.className = "field-error";
      note.textContent = problem?.detail || words.textFailed;
      const again = button(words.textRetry);
      again.addEventListener("click", () => upload(item, blob, fileName, source));
      item.append(note, again, removeButton(item));
    }
    bar.remove();
    count();
    if (error.textContent === words.textSending) say("");
    goOn(box.closest("form"));
  }

  function name(item, { id, thumb_url: thumb, isKept }) {
    item.dataset.photoId = id;
    if (isKept) item.dataset.photoKept = "";
    item.dataset.thumb = thumb ?? "";
    const input = document.createElement("input");
    input.type = "hidden";
    input.name = words.name;
    input.value = id;
    item.append(input, removeButton(item));
  }

  function removeButton(item) {
    const made = button(words.textRemove);
    made.addEventListener("click", () => { item.remove(); say(""); count(); changed(); });
    return made;
  }

  function tile(words_) {
    const item = document.createElement("li");
    const shown = document.createElement("span");
    shown.className = "photo-file";
    shown.textContent = words_;
    item.append(shown);
    list.append(item);
    return item;
  }

  function picture(url) {
    if (!url) return tile(fill(words.textPhoto, { n: list.children.length + 1 }));
    const item = document.createElement("li");
    const shown = document.createElement("img");
    shown.src = url;
    shown.alt = fill(words.textPhoto, { n: list.children.length + 1 });
    item.append(shown);
    list.append(item);
    return item;
  }

  async function add(file) {
    if (list.children.length >= Number(words.max)) return say(words.textTooMany);
    if (file.type && !file.type.startsWith("image/")) return upload(tile(file.name), file, file.name);
    let blob;
    try { blob = await smaller(file); } catch { return say(await isHeic(file) ? words.textHeic : words.textNotImage); }
    const item = picture(URL.createObjectURL(blob));
    item.firstChild.onload = ({ target }) => URL.revokeObjectURL(target.src);
    await upload(item, blob, `${file.name.replace(/\.[^.]*$/, "") || "photo"}.jpg`, file);
  }

  const take = async (input) => {
    say("");
    const files = [...input.files];
    input.value = "";
    for (const file of files) await add(file);
  };
  box.querySelectorAll("[data-photo-input]").forEach((input) => {
    input.addEventListener("change", () => take(input));
    if (input.files.length) take(input);  // chosen before this script was here
  });
  list.querySelectorAll("[data-photo-remove]").forEach((old) => old.addEventListener("click", () => {
    old.closest("li").remove();
    changed();
  }));
  JSON.parse(words.kept ?? "[]").forEach((stored) => name(picture(stored.thumb_url), stored));
  box.closest("form")?.addEventListener("draft-discarded", () => list.replaceChildren());
  addEventListener("online", () => list.querySelectorAll(".is-failed .btn:first-of-type").forEach((again) => again.click()));
}

/** A form waits for its photos and goes by itself when the last has arrived. Before any other reader of "submit". */
addEventListener("submit", (event) => {
  const box = event.target.querySelector("[data-photos] .is-sending")?.closest("[data-photos]");
  if (!box) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  pressed.set(event.target, event.submitter);
  const error = box.querySelector("[data-photo-error]");
  error.textContent = box.dataset.textSending;
  error.hidden = false;
}, { capture: true });

function goOn(form) {
  if (!pressed.has(form) || form.querySelector("[data-photos] .is-sending")) return;
  const submitter = pressed.get(form);
  pressed.delete(form);
  if (!form.querySelector("[data-photos] .is-failed")) form.requestSubmit(submitter);  // a failure says so beside its photo
}

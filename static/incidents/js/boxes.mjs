// Black boxes: drawn on the picture with finger, pen or mouse, or typed in percent; the rows of the form are the truth.
const NAMES = ["left", "top", "width", "height"];
const LEAST = 0.5;

const stage = document.querySelector("[data-boxes][data-may-draw]");
const form = document.querySelector("[data-box-form]");
const round = (value) => Math.round(value * 100) / 100;
const clamp = (value) => Math.min(100, Math.max(0, value));

const rowsOf = () => [...form.querySelectorAll("[data-box-row]")];
const inputsOf = (row) => NAMES.map((name) => row.querySelector(`[name=box_${name}]`));
const read = (row) => inputsOf(row).map((input) => (input.value.trim() === "" ? NaN : Number(input.value)));

function write(row, box) {
  inputsOf(row).forEach((input, at) => { input.value = String(round(box[at])); });
}

function newRow() {
  const row = form.querySelector("[data-box-template]").content.firstElementChild.cloneNode(true);
  form.querySelector("[data-box-rows]").append(row);
  dress(row);
  return row;
}

function dress(row) {
  const remove = row.querySelector("[data-box-remove]");
  remove.hidden = false;
  remove.addEventListener("click", () => {
    const next = row.nextElementSibling ?? row.previousElementSibling;
    row.remove();
    show();
    (next?.querySelector("[data-box-remove]") ?? form.querySelector("[data-box-add]")).focus();
  });
  row.addEventListener("focusin", () => choose(row));
  row.addEventListener("input", show);
}

function choose(row) {
  rowsOf().forEach((other) => other.classList.toggle("is-chosen", other === row));
  show();
}

function rectangle(box, isChosen) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  ["x", "y", "width", "height"].forEach((name, at) => made.setAttribute(name, String(box[at])));
  if (isChosen) made.classList.add("is-chosen");
  return made;
}

function show(drawn = null) {
  const layer = stage.querySelector(".box-layer");
  const boxes = rowsOf().map((row) => [read(row), row.classList.contains("is-chosen")])
    .filter(([box]) => box.every(Number.isFinite) && box[2] > 0 && box[3] > 0);
  layer.replaceChildren(...boxes.map(([box, isChosen]) => rectangle(box, isChosen)), ...(Array.isArray(drawn) ? [rectangle(drawn, true)] : []));
}

function spot(event) {
  const area = stage.querySelector("img").getBoundingClientRect();
  return [clamp(((event.clientX - area.left) / area.width) * 100), clamp(((event.clientY - area.top) / area.height) * 100)];
}

const between = ([x1, y1], [x2, y2]) => [Math.min(x1, x2), Math.min(y1, y2), Math.abs(x2 - x1), Math.abs(y2 - y1)];

function startDrawing() {
  const layer = stage.querySelector(".box-layer");
  const button = form.querySelector("[data-box-draw]");
  const hint = form.querySelector("[data-box-hint]");
  let from = null;
  button.addEventListener("click", () => {
    const isOn = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(isOn));
    stage.classList.toggle("is-drawing", isOn);
    hint.hidden = !isOn;
    if (isOn) stage.scrollIntoView({ block: "nearest" });
  });
  layer.addEventListener("pointerdown", (event) => {
    if (!event.isPrimary) return;
    event.preventDefault();
    layer.setPointerCapture(event.pointerId);
    from = spot(event);
  });
  layer.addEventListener("pointermove", (event) => { if (from) show(between(from, spot(event))); });
  layer.addEventListener("pointerup", (event) => {
    if (!from) return;
    const box = between(from, spot(event));
    from = null;
    if (box[2] >= LEAST && box[3] >= LEAST) {
      const row = newRow();
      write(row, box);
      choose(row);
    } else {
      show();
    }
  });
  layer.addEventListener("pointercancel", () => { from = null; show(); });
}

function start() {
  form.querySelectorAll("[data-box-spare]").forEach((row) => row.remove());  // rows for browsers without this script
  rowsOf().forEach(dress);
  form.querySelectorAll("[data-box-draw], [data-box-add]").forEach((button) => { button.hidden = false; });
  form.querySelector("[data-box-add]").addEventListener("click", () => {
    const row = newRow();
    write(row, [40, 40, 20, 20]);
    choose(row);
    inputsOf(row)[0].focus();
  });
  startDrawing();
  show();
  stage.dataset.state = "ready";
}

if (stage && form) start();

// Saving a drawing that stands in the page as SVG: its looks come from style sheets, so they are written into the copy.
const KEPT = ["fill", "stroke", "stroke-width", "stroke-dasharray", "opacity", "vector-effect", "font-family", "font-size", "text-anchor"];
const WIDE = 1440;

function copyOf(drawing) {
  const copy = drawing.cloneNode(true);
  const box = drawing.viewBox.baseVal;
  const shown = drawing.getBoundingClientRect();
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.setAttribute("width", WIDE);
  copy.setAttribute("height", Math.round((WIDE * shown.height) / shown.width));
  copy.removeAttribute("class");
  const from = drawing.querySelectorAll("*");
  copy.querySelectorAll("*").forEach((part, at) => {
    const look = getComputedStyle(from[at]);
    KEPT.forEach((name) => part.setAttribute(name, look.getPropertyValue(name)));
    part.removeAttribute("class");
  });
  const ground = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  Object.entries({ x: box.x, y: box.y, width: box.width, height: box.height, fill: getComputedStyle(document.body).getPropertyValue("--surface").trim() || "white" })
    .forEach(([name, value]) => ground.setAttribute(name, value));
  copy.prepend(ground);
  return copy;
}

function save(url, name) {
  Object.assign(document.createElement("a"), { href: url, download: name }).click();
}

async function download(drawing, kind) {
  const copy = copyOf(drawing);
  const name = `${drawing.id}-${new Date().toISOString().slice(0, 10)}.${kind}`;
  const text = new XMLSerializer().serializeToString(copy);
  if (kind === "svg") {
    const url = URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }));
    save(url, name);
    return setTimeout(() => URL.revokeObjectURL(url), 10_000);
  }
  const picture = Object.assign(new Image(), { src: `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}` });
  await picture.decode();
  const canvas = Object.assign(document.createElement("canvas"), { width: copy.getAttribute("width"), height: copy.getAttribute("height") });
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  return save(canvas.toDataURL("image/png"), name);
}

export function mountDrawing(button) {
  const drawing = document.getElementById(button.dataset.ofDrawing);
  button.hidden = !drawing;
  button.addEventListener("click", () => download(drawing, button.dataset.drawingFile));
}

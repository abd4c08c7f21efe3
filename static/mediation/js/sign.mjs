// The field to sign in: a pen, a finger or a mouse leaves ink; what is drawn is sent as a PNG without background.
const INK = "#14143c";
const WIDTH = 3;

function begin(form) {
  const canvas = form.querySelector("[data-sign-field]");
  const picture = form.querySelector("[name=picture]");
  const pen = canvas.getContext("2d");
  let last = null;

  function fit() {
    const box = canvas.getBoundingClientRect();
    const scale = Math.min(window.devicePixelRatio || 1, 2);
    canvas.width = Math.round(box.width * scale);
    canvas.height = Math.round(box.height * scale);
    pen.setTransform(scale, 0, 0, scale, 0, 0);
    pen.lineCap = "round";
    pen.lineJoin = "round";
    pen.strokeStyle = INK;
    picture.value = "";
  }

  // What was drawn before a refusal is there again.
  function redraw(kept) {
    const image = new Image();
    image.addEventListener("load", () => {
      const box = canvas.getBoundingClientRect();
      pen.drawImage(image, 0, 0, box.width, box.height);
      picture.value = kept;
    });
    image.src = kept;
  }

  function place(event) {
    const box = canvas.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  canvas.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    last = place(event);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!last) return;
    for (const step of event.getCoalescedEvents?.() ?? [event]) {
      const now = place(step);
      pen.lineWidth = WIDTH * (step.pressure ? 0.6 + step.pressure * 0.8 : 1);
      pen.beginPath();
      pen.moveTo(last.x, last.y);
      pen.lineTo(now.x, now.y);
      pen.stroke();
      last = now;
    }
  });
  for (const end of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(end, () => {
      if (last) picture.value = canvas.toDataURL("image/png");
      last = null;
    });
  }
  form.querySelector("[data-sign-clear]").addEventListener("click", fit);
  const kept = picture.value;
  fit();
  if (kept) redraw(kept);
}

for (const form of document.querySelectorAll("[data-sign]")) begin(form);

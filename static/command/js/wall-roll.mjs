// Numbers roll: each digit is a reel of ten that slides to its place; nothing else of the number is touched.
const DIGITS = "0123456789";

function reel(mark) {
  const box = document.createElement("span");
  box.className = "reel";
  box.setAttribute("aria-hidden", "true");
  const strip = document.createElement("span");
  strip.textContent = DIGITS.includes(mark) ? [...DIGITS].join("\n") : mark;
  strip.style.setProperty("--digit", DIGITS.includes(mark) ? mark : "0");
  box.append(strip);
  return box;
}

/** Show `value` in `box`; digits that stay do not move. `still`: at once, for those who want no motion. */
export function roll(box, value, still) {
  box.setAttribute("aria-label", value);
  const marks = [...value];
  const reels = [...box.querySelectorAll(".reel")];
  const isSame = reels.length === marks.length && marks.every((mark, at) => DIGITS.includes(mark) === (reels[at].textContent.length > 1));
  if (still || !isSame) {
    box.replaceChildren(...marks.map(reel));
    return;
  }
  marks.forEach((mark, at) => {
    const strip = reels[at].firstElementChild;
    if (DIGITS.includes(mark)) strip.style.setProperty("--digit", mark);
    else if (strip.textContent !== mark) strip.textContent = mark;
  });
}

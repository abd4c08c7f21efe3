// A busy city nudges many times a second: a part with data-live-pause="seconds" is fetched at most that often,
// and once more for what came in between.
const parts = new Map(); // by id: a part is replaced by its successor

function hold(event) {
  const part = event.target;
  const seconds = Number(part.dataset?.livePause);
  if (!seconds || !part.id) return;
  const state = parts.get(part.id) ?? { last: 0, timer: null };
  parts.set(part.id, state);
  const wait = state.last + seconds * 1000 - performance.now();
  if (wait <= 0) {
    state.last = performance.now();
    return;
  }
  event.stopImmediatePropagation();
  state.timer ??= setTimeout(() => {
    state.timer = null;
    const present = document.getElementById(part.id);
    if (present) window.htmx?.trigger(present, "live");
  }, wait);
}

document.addEventListener("live", hold, { capture: true });

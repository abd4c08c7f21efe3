// How a person wants to see the screens on this device: large type, high contrast for sunlight.
const CHOICES = ["type", "contrast"];

const read = (name) => { try { return localStorage.getItem(`display:${name}`); } catch { return null; } };

function apply() {
  for (const name of CHOICES) {
    const value = read(name);
    if (value) document.documentElement.dataset[name] = value;
    else delete document.documentElement.dataset[name];
  }
  document.querySelectorAll("[data-display]").forEach((button) => {
    const [name, value] = button.dataset.display.split(":");
    button.setAttribute("aria-pressed", String(read(name) === value));
  });
}

/** Buttons with data-display="type:large" or "contrast:high" switch that choice on and off. */
export function startDisplay() {
  apply();
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-display]");
    if (!button) return;
    const [name, value] = button.dataset.display.split(":");
    try {
      if (read(name) === value) localStorage.removeItem(`display:${name}`);
      else localStorage.setItem(`display:${name}`, value);
    } catch { return; }
    apply();
  });
  document.addEventListener("htmx:load", apply);
}

// A guest's page: photos made smaller and sent at once, the phone's own position. One press sends once.
import { mountPhotos } from "governance/photos";
import { mountPosition } from "governance/position";

document.querySelectorAll("[data-photos]").forEach(mountPhotos);
document.querySelectorAll("[data-position]").forEach(mountPosition);
const form = document.querySelector("[data-guest-form]");
form?.addEventListener("submit", (event) => {
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "1";
  form.querySelector("button.citizen-button").setAttribute("aria-busy", "true");
});
addEventListener("pageshow", () => { if (form) delete form.dataset.sent; });

// One tap checks in: the position is asked for at that moment only, and the form goes off with or without it.
const WAIT_MS = 8_000;

function checkIn(form) {
  let isAsked = false;
  form.addEventListener("submit", (event) => {
    if (isAsked || !navigator.geolocation) return;
    event.preventDefault();
    isAsked = true;
    form.querySelector("button").setAttribute("aria-busy", "true");
    form.querySelector("[role=status]").textContent = form.dataset.textBusy;
    const send = () => HTMLFormElement.prototype.submit.call(form);
    const found = ({ coords }) => {
      form.elements.lon.value = coords.longitude.toFixed(6);
      form.elements.lat.value = coords.latitude.toFixed(6);
      form.elements.accuracy.value = String(Math.round(coords.accuracy));
      send();
    };
    navigator.geolocation.getCurrentPosition(found, send, { enableHighAccuracy: true, timeout: WAIT_MS, maximumAge: 60_000 });
  });
}

document.querySelectorAll("form[data-check-in]").forEach(checkIn);

// Push messages on this phone: switched on and off by a press, for trusted phones of sites that send them.
import { hello, postJson } from "fieldwork/line";

const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));

async function worker() {
  if (!("PushManager" in window) || !("Notification" in window)) return null;
  return (await navigator.serviceWorker?.getRegistration("/m/")) ?? null;
}

function show(box, isOn, words = "") {
  box.hidden = false;
  box.querySelector("[data-push-on]").hidden = !isOn;
  box.querySelector("[data-push-off]").hidden = isOn;
  box.querySelector("[data-push-words]").textContent = words;
}

async function switchOn(box, place, told) {
  if (await Notification.requestPermission() !== "granted") return show(box, false, told.denied);
  const found = await place.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(box.dataset.push) });
  const answer = await postJson(box.dataset.url, found.toJSON());
  if (answer?.ok) return show(box, true);
  await found.unsubscribe();
  return show(box, false, told.failed);
}

async function switchOff(box, place) {
  const found = await place.pushManager.getSubscription();
  await postJson(box.dataset.url, {});
  await found?.unsubscribe();
  show(box, false);
}

export async function start(box) {
  const place = await worker();
  const { is_trusted: isTrusted } = await hello().catch(() => ({}));
  if (!place || !isTrusted) return;
  const told = box.querySelector("[data-push-words]").dataset;
  box.addEventListener("click", ({ target }) => {
    const wanted = target.closest("[data-push-do]")?.dataset.pushDo;
    if (!wanted) return;
    (wanted === "on" ? switchOn(box, place, told) : switchOff(box, place)).catch(() => show(box, wanted !== "on", told.failed));
  });
  show(box, Boolean(await place.pushManager.getSubscription()));
}

// The entry of every phone page: the service worker, the outbox and its line, the kept pages, and what makes a phone easier.
import { startForms } from "fieldwork/forms";
import { startKeeper } from "fieldwork/keeper";
import { refresh } from "fieldwork/pack";
import { askPin, askSetUp } from "fieldwork/pin";
import { startSending } from "fieldwork/sender";
import { startStatus } from "fieldwork/status";
import { openTour } from "fieldwork/tour";
import { openKey, isPossible, isSetUp, lock, touch } from "fieldwork/vault";
import { words } from "fieldwork/words";
import { mount } from "governance/page";
import { showToast } from "governance/toast";

const REFRESH_MS = 5 * 60_000;
const RETRY_MS = 5_000;

let misses = 0;
let timer;

function toldBefore() {
  try {
    const said = JSON.parse(sessionStorage.getItem("fieldwork:toast") ?? "null");
    sessionStorage.removeItem("fieldwork:toast");
    if (said) showToast(...said);
  } catch { /* nothing was left */ }
}

const register = () => navigator.serviceWorker?.register("/m/sw.js", { scope: "/m/", updateViaCache: "none" }).catch((problem) => console.warn("no service worker", problem));

/** Bring what is kept up to date, from time to time; soon again where it did not get through. */
async function keep() {
  clearTimeout(timer);
  if (!navigator.serviceWorker?.controller) await register();
  const found = await refresh().catch((problem) => console.warn("pages are kept later", problem));
  if (found === "full") showToast("error", words("full"));
  const isThere = found && navigator.serviceWorker?.controller !== null;
  misses = isThere ? 0 : misses + 1;
  timer = setTimeout(keep, misses ? Math.min(RETRY_MS * 2 ** (misses - 1), REFRESH_MS) : REFRESH_MS);
}

async function startKeeping() {
  if (!(await isSetUp())) return;
  await register();
  for (const name of ["pointerdown", "keydown"]) addEventListener(name, () => touch().catch(() => null), { passive: true });
  startSending().then(keep);
}

/** A tour is recorded on every page; without one there is nothing to load. */
async function startTracking() {
  if (document.querySelector("[data-tour]") || (await isSetUp() && await openTour())) await (await import("fieldwork/track")).startTrack();
}

function startSetUp() {
  mount("[data-phone-set-up]", async (box) => {
    if (!isPossible()) { box.querySelector("[data-impossible]").hidden = false; return; }
    const show = async () => {
      const [isThere, isOpen] = [await isSetUp(), Boolean(await openKey())];
      box.dataset.state = !isThere ? "none" : isOpen ? "open" : "locked";
    };
    box.addEventListener("click", async ({ target }) => {
      const wanted = target.closest("[data-phone-do]")?.dataset.phoneDo;
      if (wanted === "set-up" && await askSetUp()) { showToast("success", words("setUp")); await startKeeping(); }
      if (wanted === "unlock") await askPin();
      if (wanted === "lock") await lock();
      await show();
    });
    addEventListener("fieldwork", () => show().catch(() => null));
    await show();
  });
}

const EXTRAS = [
  ["[data-outbox-list]", () => import("fieldwork/outbox-page")],
  ["#case, #tasks, #content:has([data-subject])", () => import("fieldwork/overlay")],
  ["[data-grid-map]", () => import("fieldwork/ground")],
  ["[data-field-task]", () => import("fieldwork/round")],
  ["textarea", () => import("fieldwork/voice")],
  ["#tasks", () => import("fieldwork/distance")],
  ["[data-push]", () => import("fieldwork/push")],
];

function startExtras() {
  for (const [selector, load] of EXTRAS) mount(selector, async (element) => (await load()).start(element));
}

addEventListener("map-bare", async (event) => (await import("fieldwork/ground")).drawBare(event));
toldBefore();
startKeeper();
startExtras();
startSetUp();
addEventListener("fieldwork", ({ detail }) => detail === "tour" && startTracking().catch((problem) => console.warn("the way", problem)));
startForms().then(startKeeping).then(startTracking).catch((problem) => console.warn("this phone keeps nothing", problem));
startStatus().catch(() => null);

// The entry of every phone page: the service worker, the outbox and its line, the kept pages, and what makes a phone easier.
import { startForms } from "fieldwork/forms";
import { startKeeper } from "fieldwork/keeper";
import { refresh } from "fieldwork/pack";
import { askPin, askSetUp } from "fieldwork/pin";
import { startSending } from "fieldwork/sender";
import { startStatus } from "fieldwork/status";
import { openKey, isPossible, isSetUp, lock, touch } from "fieldwork/vault";
import { words } from "fieldwork/words";
import { mount } from "governance/page";
import { showToast } from "governance/toast";

const REFRESH_MS = 5 * 60_000;

function toldBefore() {
  try {
    const said = JSON.parse(sessionStorage.getItem("fieldwork:toast") ?? "null");
    sessionStorage.removeItem("fieldwork:toast");
    if (said) showToast(...said);
  } catch { /* nothing was left */ }
}

async function keep() {
  const found = await refresh().catch((problem) => console.warn("pages are kept later", problem));
  if (found === "full") showToast("error", words("full"));
}

async function startKeeping() {
  if (!(await isSetUp())) return;
  await navigator.serviceWorker?.register("/m/sw.js", { scope: "/m/", updateViaCache: "none" }).catch((problem) => console.warn("no service worker", problem));
  for (const name of ["pointerdown", "keydown"]) addEventListener(name, () => touch().catch(() => null), { passive: true });
  startSending().then(keep);
  setInterval(keep, REFRESH_MS);
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
  ["#case, #tasks", () => import("fieldwork/overlay")],
  ["textarea", () => import("fieldwork/voice")],
  ["#tasks", () => import("fieldwork/distance")],
];

function startExtras() {
  for (const [selector, load] of EXTRAS) mount(selector, async (element) => (await load()).start(element));
}

toldBefore();
startKeeper();
startExtras();
startSetUp();
startForms().then(startKeeping).catch((problem) => console.warn("this phone keeps nothing", problem));
startStatus().catch(() => null);

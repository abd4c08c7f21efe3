// The line that is always in sight: sent, waiting, to be dealt with, and why nothing is being sent now.
import { counts } from "fieldwork/outbox";
import { trouble } from "fieldwork/sender";
import { isSetUp } from "fieldwork/vault";
import { words } from "fieldwork/words";

const REASONS = { "signed-out": "signedOut", "other-person": "otherPerson", locked: "locked" };

async function show() {
  const line = document.getElementById("outbox-state");
  if (!line || !(await isSetUp())) return;
  line.dataset.isKept = "";
  const { waiting, failed } = await counts();
  const isOffline = trouble === "offline" || !navigator.onLine;
  const said = [];
  if (failed) said.push(words("failed", { n: failed }));
  if (waiting) said.push(words("waiting", { n: waiting }));
  if (waiting && REASONS[trouble]) said.push(words(REASONS[trouble]));
  if (isOffline) said.push(words("offline"));
  line.dataset.state = failed ? "failed" : waiting ? "waiting" : isOffline ? "offline" : "synced";
  line.querySelector(".outbox-text").textContent = said.join(" · ") || words("synced");
  try { await navigator.setAppBadge?.(failed || Number(document.querySelector(".phone-nav .bell-count")?.textContent.replace("+", "") || 0)); } catch { /* no badge here */ }
}

export function startStatus() {
  let timer;
  const later = () => { clearTimeout(timer); timer = setTimeout(() => show().catch(() => null), 30); };
  for (const name of ["fieldwork", "online", "offline", "pageshow"]) addEventListener(name, later);
  return show();
}

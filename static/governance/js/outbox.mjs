// The phone's line that always says whether everything has been sent: gathers what the page's senders report.
import { fill } from "governance/htmx";

const reports = new Map();

function show() {
  const line = document.getElementById("outbox-state");
  if (!line) return;
  const sum = (name) => [...reports].reduce((all, [, report]) => all + (report[name] ?? 0), 0);
  const failed = sum("failed");
  const waiting = sum("waiting");
  if (!failed && !waiting && line.dataset.isKept !== undefined) return;  // whoever keeps an outbox says how it stands
  const state = failed ? "failed" : !navigator.onLine ? "offline" : waiting ? "waiting" : "synced";
  line.dataset.state = state;
  const words = line.dataset[`text${state[0].toUpperCase()}${state.slice(1)}`] ?? "";
  line.querySelector(".outbox-text").textContent = fill(words, { n: failed || waiting });
}

/** Senders dispatch `outbox` with {waiting, failed}; the line shows the sum over those still on the page. */
export function startOutbox() {
  if (!document.getElementById("outbox-state")) return;
  document.addEventListener("outbox", (event) => {
    reports.set(event.target, event.detail);
    [...reports.keys()].forEach((sender) => sender.isConnected === false && reports.delete(sender));
    show();
  });
  addEventListener("online", show);
  addEventListener("offline", show);
  show();
}

// What was done on this phone and is not sent yet shows on the pages it concerns: nobody does it a second time, and what
// may follow can be prepared.
import { list, OPEN } from "fieldwork/outbox";
import { isSetUp } from "fieldwork/vault";
import { label, words } from "fieldwork/words";

const DEED = /\/m\/tickets\/[^/]+\/(?:do\/|parts\/\d+\/)?([\w-]+)\/$/;

const kinds = () => JSON.parse(document.getElementById("phone-texts").dataset.kinds);

async function pending() {
  const found = new Map();
  for (const row of await list()) {
    if (!OPEN.includes(row.state) || !row.said) continue;
    found.set(row.subject, [...(found.get(row.subject) ?? []), row]);
  }
  return found;
}

function tag(rows) {
  const made = document.createElement("a");
  made.className = "phone-pending";
  made.href = "/m/outbox/";
  made.dataset.pending = "";
  made.textContent = rows.map(({ said, state }) => words(state === "waiting" ? "pending" : "pendingStuck", { what: label(said.kind) })).join(" · ");
  return made;
}

function onTasks(list_, found) {
  for (const card of list_.querySelectorAll("[id^='task-']")) {
    card.querySelector("[data-pending]")?.remove();
    const rows = found.get(`ticket:${card.id.slice(5)}`);
    if (!rows) continue;
    const shown = document.createElement("span");
    shown.className = "phone-pending";
    shown.dataset.pending = "";
    shown.textContent = tag(rows).textContent;
    card.querySelector(".phone-card-title").after(shown);
  }
}

function onTicket(page, found) {
  page.querySelectorAll("[data-pending], [data-ahead]").forEach((old) => old.remove());
  const number = page.dataset.live?.replace("ticket:", "");
  const rows = found.get(`ticket:${number}`) ?? [];
  const verbs = page.querySelector(".phone-verbs");
  const done = new Set(rows.map(({ said }) => said.kind));
  for (const button of verbs.querySelectorAll("a[data-dialog]")) {
    const deed = new URL(button.href).pathname.match(DEED)?.[1];
    button.hidden = done.has(kinds()[deed] ?? deed) && !["arrive", "help"].includes(deed);
  }
  if (!rows.length) return;
  verbs.before(tag(rows));
  for (const { said } of rows) {
    if (said.kind === "sign" && !done.has("feedback")) prepare(verbs, number, "do/feedback/");
    if (said.kind === "sign_part" && !done.has("answer_part")) prepare(verbs, number, `parts/${said.data.part[0]}/answer_part/`);
  }
}

/** What may be done once that is signed, unless the page offers it already. */
function prepare(verbs, number, deed) {
  if (verbs.querySelector(`a[href*="/${deed}"]`)) return;
  const next = document.createElement("a");
  next.className = "btn btn-primary";
  next.dataset.ahead = "";
  next.setAttribute("role", "button");
  next.href = next.dataset.dialog = `/m/tickets/${encodeURIComponent(number)}/${deed}?ahead=1`;
  next.textContent = words("feedbackNext");
  verbs.prepend(next);
}

/** Cards and pages of anything else that has a subject of its own. */
function onSubjects(main, found) {
  for (const element of main.querySelectorAll("[data-subject]")) {
    element.querySelector(":scope > [data-pending]")?.remove();
    const rows = (found.get(element.dataset.subject) ?? []).filter(({ said }) => said.kind !== "track");
    if (!rows.length) continue;
    const shown = element.matches("a") ? document.createElement("span") : tag(rows);
    shown.className = "phone-pending";
    shown.dataset.pending = "";
    shown.textContent = tag(rows).textContent;
    element.append(shown);
  }
}

const PARTS = { case: onTicket, tasks: onTasks, content: onSubjects };

export async function start(element) {
  if (!(await isSetUp())) return;
  const draw = async () => {
    if (!element.isConnected) return;
    const found = await pending();
    PARTS[element.id](element, found);
  };
  addEventListener("fieldwork", () => draw().catch(() => null));
  await draw();
}

// A patrol's or visit's page as things stand on this phone: begun, stopped, recorded or handed in without a line.
import { OPEN, list } from "fieldwork/outbox";
import { openTour } from "fieldwork/tour";
import { isSetUp } from "fieldwork/vault";
import { label, words } from "fieldwork/words";
import { fill } from "governance/htmx";

const clock = new Intl.DateTimeFormat(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });

const tag = (row, kind) => {
  const made = document.createElement("span");
  made.className = "phone-pending";
  made.dataset.pending = "";
  made.textContent = words(row.state === "waiting" ? "pending" : "pendingStuck", { what: label(kind ?? row.said.kind) });
  return made;
};

/** Where the round stands once all that waits is done. */
function standing(page, rows) {
  const now = { begun: page.dataset.begun !== undefined, touring: page.dataset.touring !== undefined, isOver: false };
  for (const { said } of rows) {
    if (said.kind === "patrol_start") Object.assign(now, { begun: true, touring: true });
    if (said.kind === "visit_start") now.begun = true;
    if (said.kind === "patrol_stop") now.touring = false;
    if (said.kind === "submit") Object.assign(now, { begun: false, touring: false, isOver: true });
  }
  return { begun: now.begun, touring: now.touring, idle: !now.touring && !now.isOver, fresh: !now.begun && !now.isOver };
}

/** How many objects are left once all that waits is done. */
function drawLeft(page, rows) {
  const line = page.querySelector("[data-objects-left]");
  const isOpen = ([target]) => page.querySelector(`[data-target="${CSS.escape(target)}"] [data-state="open"]`);
  const done = new Set(rows.filter(({ said, state }) => said.kind === "visit" && state === "waiting" && isOpen(said.data.target)).map(({ said }) => said.data.target[0]));
  if (line) line.textContent = fill(line.dataset.text, { n: Number(line.dataset.objectsLeft) - done.size });
}

function drawTask(page, rows, tour) {
  const now = standing(page, rows);
  for (const part of page.querySelectorAll("[data-when]")) part.hidden = !now[part.dataset.when];
  const since = page.querySelector("[data-tour-since]");
  if (since && !since.textContent.trim() && tour) since.textContent = clock.format(new Date(tour.at));
  const shown = rows.filter(({ said, state }) => said.kind !== "track" && (said.kind !== "visit" || state !== "waiting"));
  const link = document.createElement("a");
  link.className = "phone-pending";
  link.href = "/m/outbox/";
  link.dataset.pending = "";
  link.textContent = shown.map((row) => tag(row).textContent).join(" · ");
  if (shown.length) page.prepend(link);
  drawLeft(page, rows);
  for (const row of rows) {
    if (row.said.kind === "visit") page.querySelector(`[data-target="${CSS.escape(row.said.data.target[0])}"] .route-what`)?.append(tag(row));
  }
}

function drawObject(page, rows) {
  const row = rows.findLast(({ said }) => said.kind === "visit" && said.data.target[0] === page.dataset.fieldObject);
  if (row) page.append(tag(row));
  const form = document.querySelector("form[data-phone-action=visit]");
  if (form) form.hidden = row?.state === "waiting";
  const amiss = document.querySelector("[data-amiss]");
  if (!amiss) return;
  const lines = [...amiss.querySelectorAll("[data-line]")];
  lines.forEach((line) => { line.hidden = row?.said.data[line.dataset.line]?.[0] !== "no"; });
  amiss.hidden = lines.every((line) => line.hidden);
}

export async function start(page) {
  if (!(await isSetUp())) return;
  const draw = async () => {
    if (!page.isConnected) return;
    const subject = `field:${page.dataset.fieldTask}`;
    const isOf = ({ subject: own, said }) => own === subject || (said.kind === "finding" && said.data.task[0] === page.dataset.fieldTask);
    const rows = (await list()).filter((row) => row.said && isOf(row) && OPEN.includes(row.state));
    const tour = await openTour();
    page.querySelectorAll("[data-pending]").forEach((old) => old.remove());
    (page.dataset.fieldObject ? drawObject(page, rows) : drawTask(page, rows, tour?.task === page.dataset.fieldTask ? tour : null));
  };
  let turn = Promise.resolve();
  const later = () => { turn = turn.then(draw).catch((problem) => console.warn("the round", problem)); return turn; };
  addEventListener("fieldwork", later);
  await later();
}

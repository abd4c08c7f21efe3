// The list of what was done on this phone: what waits and why, what was refused and what to do about it, what was sent.
import { skew } from "fieldwork/line";
import { again, discard, list, toldOf } from "fieldwork/outbox";
import { askPin } from "fieldwork/pin";
import { kick, trouble } from "fieldwork/sender";
import { isSetUp, openKey } from "fieldwork/vault";
import { giveUp } from "fieldwork/tour";
import { label, words } from "fieldwork/words";
import { fill } from "governance/htmx";

const DONE_SHOWN = 20;
const WRONG_MINUTES = 5;
const WORDS = ["words", "text", "content", "opinion", "note"];
const typed = new Map();  // the list is drawn anew whenever something changes
const REASONS = { offline: "waitsForLine", "signed-out": "waitsForSignIn", "other-person": "waitsForPerson", locked: "waitsForPin" };

const template = (name) => document.getElementById(`outbox-${name}`).content.firstElementChild.cloneNode(true);
const clock = new Intl.DateTimeFormat(document.documentElement.lang, { month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" });

function put(item, name, text) {
  const place = item.querySelector(`[data-part="${name}"]`);
  place.textContent = text ?? "";
  place.hidden = !text;
}

/** Why it waits: for something of the worker's before it, for its photos, or for the line. */
function reason(row, rows) {
  const before = rows.find((one) => one.id === row.after && (one.state === "refused" || one.state === "conflict"));
  if (before) return words("waitsForEarlier", { what: label(before.said?.kind ?? "") });
  return words(REASONS[navigator.onLine ? trouble : "offline"] ?? "waitsItsTurn");
}

function changedWords(told) {
  const { changed_by: who, changed_at: at, changed_to: what } = told.more ?? {};
  return who ? words("changedBy", { who, what: what ?? "", at: clock.format(new Date(at)) }) : "";
}

async function waitingItem(row, rows) {
  const item = template("waiting");
  put(item, "why", reason(row, rows));
  return item;
}

async function giveUpAll(row) {
  await discard(row.id);
  if (row.said.kind === "patrol_start") await giveUp(row.said.data.tour[0]);
}

/** What the platform asked for in words is typed here and sent along: nothing of the rest is done again. */
function openFields(item, row, told) {
  const names = row.state === "refused" ? WORDS.filter((name) => told.fields?.[name]) : [];
  return names.map((name) => {
    const field = template("fix");
    const input = field.querySelector("textarea");
    field.querySelector("span").textContent = told.fields[name].join(" ");
    Object.assign(input, { name, id: `fix-${row.id}-${name}`, value: typed.get(`${row.id} ${name}`) ?? row.said.data[name]?.[0] ?? "" });
    field.querySelector("label").htmlFor = input.id;
    input.addEventListener("input", () => typed.set(`${row.id} ${name}`, input.value));
    item.querySelector("[data-part=cure]").before(field);
    return input;
  });
}

async function stuckItem(row) {
  const [item, told] = [template("stuck"), await toldOf(row)];
  item.dataset.state = row.state;
  put(item, "state", words(row.state));
  const inputs = openFields(item, row, told);
  put(item, "why", inputs.length ? "" : told.words);
  put(item, "changed", changedWords(told));
  put(item, "cure", words(row.state === "conflict" ? "cureConflict" : told.code === "photo" ? "curePhoto" : inputs.length ? "cureWords" : "cureRefused"));
  const link = item.querySelector("[data-part=look]");
  const [kind, number] = row.said.kind === "finding" ? ["field", row.said.data.task[0]] : row.subject.split(":");
  const address = number && row.said.kind !== "hazard" ? link.dataset[kind] : undefined;
  link.hidden = !address;
  if (address) link.href = fill(address, { number: encodeURIComponent(number) });
  item.querySelector("[data-do=again]").addEventListener("click", async () => {
    await again(row, told, Object.fromEntries(inputs.map(({ name, value }) => [name, [value]])));
    kick();
  });
  item.querySelector("[data-do=discard]").addEventListener("click", ({ target }) => {
    if (target.dataset.isSure === undefined) {
      target.dataset.isSure = "";
      target.textContent = words("sure");
    } else giveUpAll(row);
  });
  return item;
}

async function sentItem(row) {
  const [item, told] = [template("sent"), await toldOf(row)];
  put(item, "why", told.words);
  const link = item.querySelector("[data-part=look]");
  const address = told.more?.look || told.url;
  link.hidden = !address;
  if (address) link.href = address;
  return item;
}

async function dressed(row, rows) {
  const make = row.state === "waiting" ? waitingItem : row.state === "sent" ? sentItem : stuckItem;
  const item = await make(row, rows);
  item.dataset.id = row.id;
  put(item, "kind", label(row.said.kind));
  put(item, "title", row.said.title);
  put(item, "at", clock.format(new Date(row.at)));
  put(item, "photos", row.said.photos.length ? words("photoCount", { n: row.said.photos.length }) : "");
  return item;
}

async function draw(page) {
  tellClock(page);
  page.dataset.state = !(await isSetUp()) ? "none" : (await openKey()) ? "open" : "locked";
  if (page.dataset.state !== "open") return;
  const rows = await list();
  const groups = {
    stuck: rows.filter(({ state }) => state === "refused" || state === "conflict"),
    waiting: rows.filter(({ state }) => state === "waiting"),
    sent: rows.filter(({ state, said }) => state === "sent" && said.kind !== "track").reverse().slice(0, DONE_SHOWN),
  };
  for (const [name, found] of Object.entries(groups)) {
    const box = page.querySelector(`[data-group="${name}"]`);
    const items = await Promise.all(found.map((row) => dressed(row, rows)));
    box.hidden = !items.length;
    box.querySelector("[data-count]").textContent = String(items.length);
    if (!box.querySelector("textarea:focus")) box.querySelector("ul").replaceChildren(...items);
  }
  page.querySelector("[data-nothing]").hidden = rows.length > 0;
}

/** Back to the patrol or the visits that one is on. */
function goOn(page) {
  let address = null;
  try { address = sessionStorage.getItem("fieldwork:round"); } catch { /* then one goes back by hand */ }
  const row = page.querySelector("[data-go-on]");
  row.hidden = !address;
  if (address) row.querySelector("a").href = address;
}

/** A clock that is wrong by some minutes is said: the times of the list are the phone's own. */
function tellClock(page) {
  const [line, minutes] = [page.querySelector("[data-wrong-clock]"), Math.round(Math.abs(skew()) / 60)];
  line.hidden = minutes < WRONG_MINUTES;
  const { text, textMinutes, textHours } = line.dataset;
  line.textContent = fill(text, { n: minutes < 120 ? fill(textMinutes, { n: minutes }) : fill(textHours, { n: Math.round(minutes / 60) }) });
}

export function start(page) {
  goOn(page);
  let turn = Promise.resolve();
  const again_ = () => { turn = turn.then(() => page.isConnected && draw(page)).catch((problem) => console.warn("the list", problem)); };
  page.querySelector("[data-send-now]").addEventListener("click", () => kick());
  page.querySelector("[data-unlock]").addEventListener("click", () => askPin());
  addEventListener("fieldwork", again_);
  again_();
}

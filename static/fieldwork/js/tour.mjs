// The tour of a patrol on this phone: begun, walked and stopped without a line as well. Its points lie sealed in the store
// until they become one action of the outbox, in the same write in which they leave the track: each is sent once.
import { skew } from "fieldwork/line";
import { OPEN as WAITING, changed, list, queue, writing } from "fieldwork/outbox";
import { all, get, settled, transact } from "fieldwork/store";
import { open, openKey } from "fieldwork/vault";

const OPEN = "open";
const AT_ONCE = 200;  // points in one text
const MOST = 4_000;  // points in one action
const SURE_MS = 60_000;

const place = (id) => `tracks:${id}`;
const subjectOf = (task) => `field:${task}`;

/** {tour, task, at} while a tour is under way on this phone. */
export const openTour = () => get("tracks", OPEN);

const put = (tour, task) => ({ id: OPEN, tour, task, at: Date.now() });

/** One point, sealed. */
export async function keepPoint(seal, { tour, task }, point) {
  const id = crypto.randomUUID();
  const row = { id, tour, task, at: Date.now(), sealed: await seal(point, place(id)) };
  await writing(() => transact(["tracks"], "readwrite", ({ tracks }) => settled(tracks.put(row))));
}

/** What was walked so far goes into the outbox. */
export async function collect({ tour, task }) {
  const rows = (await all("tracks")).filter((row) => row.id !== OPEN && row.tour === tour).sort((a, b) => a.at - b.at);
  for (let from = 0; from < rows.length; from += MOST) await hand(rows.slice(from, from + MOST), tour, task);
}

async function hand(rows, tour, task) {
  const points = await Promise.all(rows.map(({ id, sealed }) => open(sealed, place(id))));
  const texts = [];
  for (let from = 0; from < points.length; from += AT_ONCE) texts.push(points.slice(from, from + AT_ONCE).join(";"));
  const claim = async ({ tracks }) => {
    for (const { id } of rows) if ((await settled(tracks.getKey(id))) === undefined) return false;  // another page was quicker
    rows.forEach(({ id }) => tracks.delete(id));
    return true;
  };
  await queue({ kind: "track", subject: subjectOf(task), data: { task: [task], tour: [tour], points: texts }, skew: skew(), claim });
}

/** Points of tours that are over, left by a page that was closed. */
export async function collectRest() {
  if (!(await openKey())) return;
  const rows = (await all("tracks")).filter(({ id }) => id !== OPEN);
  const present = (await openTour())?.tour;
  for (const [tour, task] of new Map(rows.map((row) => [row.tour, row.task]))) if (tour !== present) await collect({ tour, task });
}

const closing = ({ tracks }) => { tracks.delete(OPEN); return true; };

/** What a deed means for the tour; the action as it has to be queued. What was walked goes before what ends it. */
export async function withTour(action) {
  const task = action.data?.task?.[0];
  const present = ["patrol_start", "patrol_stop", "submit"].includes(action.kind) ? await openTour() : null;
  if (present && (present.task === task || action.kind === "patrol_start")) await collect(present);
  if (action.kind === "patrol_start") {
    const tour = crypto.randomUUID();
    return { ...action, data: { ...action.data, tour: [tour] }, claim: ({ tracks }) => { tracks.put(put(tour, task)); return true; } };
  }
  if (present?.task !== task) return action;
  if (action.kind === "patrol_stop") return { ...action, claim: closing };
  if (action.kind === "submit") {
    const { subject, title } = action;
    await queue({ kind: "patrol_stop", subject, title, data: { task: [task] }, skew: action.skew, claim: closing });
  }
  return action;
}

/** The worker gives the start up: what was walked since goes with it. */
export async function giveUp(tour) {
  const own = (await list()).filter(({ said }) => said?.kind === "track" && said.data.tour[0] === tour).map(({ seq }) => seq);
  await transact(["tracks", "actions"], "readwrite", async ({ tracks, actions }) => {
    own.forEach((seq) => actions.delete(seq));
    for (const row of await settled(tracks.getAll())) if (row.tour === tour) tracks.delete(row.id);
  });
  changed("tour");
}

/** A tour that was stopped elsewhere is over on this phone, too, unless something was done about it here lately. */
export async function settleTour(known, began) {
  const present = await openTour();
  if (!present || present.tour === known?.tour) return;
  const rows = (await list()).filter(({ subject }) => subject === subjectOf(present.task));
  if (rows.some(({ state, told_at: at }) => WAITING.includes(state) || at > began - SURE_MS)) return;
  await collect(present);
  await transact(["tracks"], "readwrite", ({ tracks }) => { tracks.delete(OPEN); });
  changed("tour");
}

/** A tour that was begun on another phone goes on here once its page is opened here, if it is still under way as far as is
 * known on this phone. */
export async function goOn(tour, task) {
  const pack = await get("pack", "pack");
  if (!tour || pack?.index.tour?.tour !== tour || (await openTour())) return;
  const ends = (await list()).filter(({ subject, said }) => subject === subjectOf(task) && !["visit", "track"].includes(said?.kind));
  if (ends.some(({ state, told_at: at }) => WAITING.includes(state) || at > pack.at)) return;
  await transact(["tracks"], "readwrite", ({ tracks }) => settled(tracks.put(put(tour, task))));
}

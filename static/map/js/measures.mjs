// Colouring grids by a measure: numbers by grid, classes made from them, and the legend that says what they mean.
import { fill } from "governance/htmx";
import { COLOURED, TONES } from "map/layers";

const RAMP = ["ramp-1", "ramp-2", "ramp-3", "ramp-4"], HEAT = ["heat-1", "heat-2", "heat-3", "heat-4"];
const PARTS = [0, 0.45, 0.75, 0.92];

/** Classes from `zero` upwards with about these parts of the grids: [{ least, most, tone }]. */
function spread(values, tones) {
  const some = values.filter((value) => value > 0).sort((a, b) => a - b);
  const starts = [...new Set(PARTS.map((part) => some[Math.floor(part * some.length)]).filter((value) => value !== undefined))];
  if (starts.length) starts[0] = 1;
  const unique = [...new Set(starts)];
  const step = unique.length > 1 ? (tones.length - 1) / (unique.length - 1) : 0;
  return [
    { least: 0, most: 0, tone: "ramp-0" },
    ...unique.map((least, at) => ({ least, most: at + 1 < unique.length ? unique[at + 1] - 1 : Infinity, tone: tones[Math.round(at * step)] })),
  ];
}

const CLASSES = {
  open: (values) => spread(values, RAMP),
  overdue: (values) => spread(values, HEAT),
  vacancies: (values) => spread(values, HEAT),
  households: (_values, [least, most]) => [
    { least: 0, most: least - 1, tone: "heat-1", words: "below" },
    { least, most, tone: "ramp-1" },
    { least: most + 1, most: Infinity, tone: "heat-3", words: "above" },
  ],
  staffing: () => [
    { least: 100, most: Infinity, tone: "ramp-2", words: "full" },
    { least: 75, most: 99.99, tone: "heat-1" },
    { least: 50, most: 74.99, tone: "heat-2" },
    { least: 0, most: 49.99, tone: "heat-4", words: "percentBelow" },
  ],
};

const within = (classes, value) => classes.findIndex(({ least, most }) => value !== null && value >= least && value <= most);

/** What a class is called; the sentences are data attributes of the legend. */
function words(box, measure, { least, most, words: named }) {
  const from = Math.round(least), to = Math.round(most);
  if (named) return fill(box.dataset[named], { from, to, next: Math.round(most + 0.01), n: measure === "households" ? (named === "below" ? least + most + 1 : least - 1) : to });
  if (measure === "staffing") return fill(box.dataset.percentRange, { from, to: Math.round(most + 0.01) });
  if (most === 0) return box.dataset.none;
  if (most === Infinity) return from === to ? String(from) : fill(box.dataset.from, { from });
  return from === to ? String(from) : fill(box.dataset.range, { from, to });
}

export function entry(text, tone, count) {
  const row = document.createElement("li"), swatch = document.createElement("span"), label = document.createElement("span"), number = document.createElement("span");
  swatch.className = `swatch tone-${tone}`;
  label.textContent = text;
  number.className = "tnum sub";
  number.textContent = count;
  row.append(swatch, label, number);
  return row;
}

/** The numbers of all grids, asked for before there is a map. */
export function loadNumbers(url) {
  const table = fetch(url, { headers: { Accept: "application/json" }, credentials: "same-origin" }).then((answer) => {
    if (!answer.ok) throw new Error(`numbers: ${answer.status}`);
    return answer.json();
  });
  table.catch(() => {}); // whoever waits for it tells
  return table;
}

/** Gives every area the tone of its class, none where its number is unknown; how many there are of each. */
export function colour(map, source, codes, values, classes) {
  const counts = classes.map(() => 0), tones = classes.map(({ tone }) => TONES.indexOf(tone));
  let unknown = 0;
  codes.forEach((code, at) => {
    const found = within(classes, values[at]);
    if (found < 0) unknown += 1;
    else counts[found] += 1;
    map.setFeatureState({ source, sourceLayer: "areas", id: Number(code) }, { tone: found < 0 ? -1 : tones[found] });
  });
  return { counts, unknown };
}

/** Waits for the numbers; `draw(measure)` colours what is seen, communities or grids, and writes the legend, which follows the zoom. */
export async function openMeasures(map, numbers, box, near) {
  const table = await numbers, tables = { community: table.communities, grid: table };
  const list = box.querySelector("[data-legend]"), note = box.querySelector("[data-level-note]");
  const levelNow = () => (map.getZoom() < near ? "community" : "grid");
  const coloured = new Map(); // level → its legend, of the measure that is chosen
  let chosen = null, shown = null;
  const show = () => {
    const level = levelNow();
    if (!coloured.has(level)) {
      const { codes, [chosen]: values } = tables[level], classes = CLASSES[chosen](values, table.household_range);
      const { counts, unknown } = colour(map, COLOURED[level].source, codes, values, classes);
      const rows = classes.map((one, at) => entry(words(box, chosen, one), one.tone, counts[at]));
      if (unknown) rows.push(entry(box.dataset.unknown, "none", unknown));
      coloured.set(level, rows);
    }
    shown = level;
    list.replaceChildren(...coloured.get(level));
    note.hidden = level === "grid";
    note.textContent = chosen === "households" ? box.dataset.averages : box.dataset.communities;
    Object.assign(box.dataset, { measure: chosen, level });
  };
  map.on("zoom", () => { if (chosen && shown !== levelNow()) show(); });
  return { draw: (measure) => { chosen = measure; coloured.clear(); show(); }, stop: () => { chosen = null; coloured.clear(); } };
}

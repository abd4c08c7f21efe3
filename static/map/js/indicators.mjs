// Areas by an indicator of the counting engine, with a slider over the months; the legend tells the formula.
import { COLOURED } from "map/layers";
import { colour, entry } from "map/measures";

const LIMITS = [95, 85, 70];
const WAIT_MS = 140;
const GOOD = ["ramp-4", "ramp-2", "heat-2", "heat-4"];

/** Four classes of percent, the best first. */
function classesOf(isBetterHigh, words) {
  const [a, b, c] = LIMITS, low = LIMITS.map((limit) => 100 - limit);
  const spans = isBetterHigh ? [[a, 100.01], [b, a], [c, b], [-Infinity, c]] : [[-Infinity, low[0]], [low[0], low[1]], [low[1], low[2]], [low[2], Infinity]];
  return spans.map(([least, most], at) => ({ least, most: most - 0.001, tone: GOOD[at], words: words(least, most) }));
}

const span = (least, most) => {
  if (least === -Infinity) return `< ${most} %`;
  return most > 100 ? `≥ ${least} %` : `${least} – ${most} %`;
};

export function startIndicators(map, config, box, near) {
  const slider = box.querySelector("[data-months]"), range = slider.querySelector("input"), shown = slider.querySelector("output");
  const list = box.querySelector("[data-legend]"), note = box.querySelector("[data-level-note]"), trouble = box.querySelector("[data-numbers-trouble]");
  let code = null, timer, turn = 0;
  const level = () => (map.getZoom() < near ? "community" : "grid");

  const keep = () => {
    const url = new URL(location.href);
    if (code) { url.searchParams.set("measure", code); url.searchParams.set("month", config.months[range.value]); }
    else { url.searchParams.delete("measure"); url.searchParams.delete("month"); }
    history.replaceState(history.state, "", url);
  };
  const load = async () => {
    const now = ++turn, place = level(), url = new URL(config.indicator, location.href);
    url.searchParams.set("code", code);
    url.searchParams.set("month", config.months[range.value]);
    if (place === "grid") url.searchParams.set("box", map.getBounds().toArray().flat().map((value) => value.toFixed(5)).join(","));
    const answer = await fetch(url, { headers: { Accept: "application/json" }, credentials: "same-origin" });
    if (now !== turn || !code) return;
    trouble.hidden = answer.ok;
    if (!answer.ok) return;
    const found = await answer.json();
    if (now !== turn || !code) return;
    const classes = classesOf(found.is_better_high, span);
    const { counts, unknown } = colour(map, COLOURED[place].source, found.codes, found.values, classes);
    const rows = classes.map((one, at) => entry(one.words, one.tone, counts[at]));
    if (unknown) rows.push(entry(box.dataset.noRate, "none", unknown));
    list.replaceChildren(...rows);
    note.hidden = false;
    note.textContent = `${found.name}: ${found.formula}${place === "community" ? ` ${box.dataset.communities}` : ""}`;
    Object.assign(box.dataset, { measure: code, level: place, month: config.months[range.value] });
  };
  const later = () => { clearTimeout(timer); timer = setTimeout(() => load().catch((reason) => console.info(reason)), WAIT_MS); };
  const tell = () => { shown.textContent = config.months[range.value]; };

  range.max = String(config.months.length - 1);
  const wanted = config.months.indexOf(new URL(location.href).searchParams.get("month"));
  range.value = String(wanted < 0 ? config.months.length - 1 : wanted);
  tell();
  range.addEventListener("input", () => { tell(); keep(); later(); });
  map.on("moveend", () => { if (code) later(); });
  let last = level();
  map.on("zoom", () => { if (code && last !== level()) { last = level(); later(); } });
  return {
    draw(chosen) { code = chosen; slider.hidden = false; keep(); later(); },
    stop() { code = null; turn += 1; slider.hidden = true; keep(); },
  };
}

export const isIndicator = (name) => !["open", "overdue", "households", "vacancies", "staffing"].includes(name);

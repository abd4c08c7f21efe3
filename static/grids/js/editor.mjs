// The grid editor: tools on the map, facts and findings beside it, every change checked at once.
import { fill } from "governance/htmx";
import { mount } from "governance/page";
import { showToast } from "governance/toast";
import { boxOf, boxOfAll, drawFindings, drawPlan, dress } from "grids/editor-map";
import { Plan } from "grids/editor-plan";
import { save, send, startCheck } from "grids/editor-saving";
import { drawReport, startSide } from "grids/editor-side";
import { startTools } from "grids/editor-tools";
import { isCalm, onScheme, openMap, roomOf, tellState } from "map/view";

async function start(root) {
  const settings = JSON.parse(document.getElementById("editor-config").textContent), { urls } = settings, words = root.dataset;
  const plan = new Plan(settings.number);
  const draft = await send(urls.draft);
  const bounds = boxOfAll([...draft.results.features, ...draft.sources.features]);
  const { map } = await openMap(root.querySelector(".map-canvas"), { base: settings.base, note: settings.note, bounds, fitBoundsOptions: { padding: roomOf(root), maxZoom: 17 }, hash: true, boxZoom: false });
  const say = (reason) => showToast("error", reason.message || words.offline);
  let findings = [];
  const paint = () => { drawPlan(map, plan, words); drawFindings(map, findings); };
  const look = (box) => map.fitBounds(box, { padding: roomOf(root), maxZoom: 17, animate: !isCalm(), duration: 500 });

  const asks = {
    async line(points) {
      const [code] = plan.selected.size === 1 ? plan.selected : [gridUnder(map, points)];
      if (!code) { say({ message: words.noGrid }); return false; }
      return cut(urls.split, { code, line: points }, code);
    },
    area: (points) => cut(urls.carve, { kind: root.querySelector("[data-draw-kind]").value, area: { type: "Polygon", coordinates: [[...points, points[0]]] } }),
    take(feature) {
      const note = root.querySelector("[data-take-note]");
      note.hidden = !feature;
      if (!feature) return;
      note.querySelector("span").textContent = fill(words.take, { name: feature.properties.name });
      note.querySelector("button").onclick = () => { note.hidden = true; plan.takeIn(feature); plan.select(feature.properties.code); };
    },
    tell: (word) => showToast("warning", words[word]),
    preview: (features) => drawPlan(map, features ? new Proxy(plan, { get: (target, name) => (name === "features" ? features : Reflect.get(target, name, target)) }) : plan, words),
  };
  async function cut(url, body, code) {
    root.dataset.work = "busy";
    try {
      const known = new Set(plan.features.map(({ properties }) => properties.code));
      const { results } = await send(url, { ...body, results: plan.collection });
      plan.change({ features: results.features });
      const fresh = results.features.map(({ properties }) => properties.code).find((one) => !known.has(one));
      plan.select(fresh ?? code ?? null);
      return true;
    } catch (reason) { say(reason); return false; } finally { root.dataset.work = "done"; }
  }

  dress(map);
  const tools = startTools(map, plan, root, asks);
  startSide(plan, root, (code) => look(boxOf(plan.find(code).geometry)));
  for (const name of ["opened", "changed", "selected"]) plan.addEventListener(name, paint);
  plan.addEventListener("selected", () => asks.take(null));
  plan.addEventListener("changed", () => tellSaved(root, plan));
  for (const name of ["changed", "selected", "opened"]) plan.addEventListener(name, () => tellTools(root, plan));
  const show = (report) => {
    findings = report.findings ?? [];
    drawFindings(map, findings);
    drawReport(root, report, (finding) => {
      if (finding.geometry) look(boxOf(finding.geometry));
      if (finding.codes?.length) plan.selectAll(finding.codes);
    });
  };
  startCheck(plan, urls.check, root, show, say);
  plan.open(draft);
  if (draft.report) show(draft.report);
  restoreKept(root, plan);
  tellSaved(root, plan);
  startButtons(root, plan, tools, { cut, urls, say, show, words });
  tools.use("select");
  tellState(map, root);
  onScheme(map, settings.base, () => { dress(map); paint(); });
  addEventListener("beforeunload", (event) => { if (plan.isChanged) event.preventDefault(); });
}

const gridUnder = (map, points) => {
  const middle = points.length > 2 ? points[Math.floor(points.length / 2)] : [(points[0][0] + points[1][0]) / 2, (points[0][1] + points[1][1]) / 2];
  return map.queryRenderedFeatures(map.project(middle), { layers: ["plan-fill"] })[0]?.properties.code;
};

function restoreKept(root, plan) {
  const kept = plan.kept(), note = root.querySelector("[data-kept]");
  if (!kept?.features) return;
  const isOlder = kept.version !== plan.version;
  plan.restore(kept);
  note.hidden = false;
  note.querySelector("[data-kept-older]").hidden = !isOlder;
  note.querySelector("button").addEventListener("click", () => { plan.forget(); plan.open(plan.draft); tellSaved(root, plan); note.hidden = true; });
}

function tellSaved(root, plan) {
  root.dataset.saved = plan.isChanged ? "no" : "yes";
  root.querySelector("[data-save]").disabled = !plan.isChanged;
  root.querySelector("[data-submit]").classList.toggle("disabled", plan.isChanged);
}

function tellTools(root, plan) {
  const deed = (name) => root.querySelector(`[data-deed="${name}"]`);
  deed("undo").disabled = !plan.past.length;
  deed("redo").disabled = !plan.future.length;
  deed("merge").disabled = plan.selected.size < 2;
}

function startButtons(root, plan, tools, { cut, urls, say, show, words }) {
  const conflict = root.querySelector("[data-conflict]");
  const store = async () => {
    if (!plan.isChanged || root.dataset.work === "busy") return;
    root.dataset.work = "busy";
    try {
      show(await save(plan, urls.draft));
      showToast("success", words.stored);
    } catch (reason) {
      if (reason.status === 409) { conflict.hidden = false; conflict.querySelector("[data-conflict-words]").textContent = reason.message; conflict.focus(); } else say(reason);
    } finally { root.dataset.work = "done"; }
  };
  conflict.addEventListener("click", async ({ target }) => {
    const deed = target.closest("button")?.dataset.conflictDeed;
    if (!deed) return;
    const draft = await send(urls.draft).catch(say);
    if (!draft) return;
    conflict.hidden = true;
    const { state } = plan;
    plan.open(draft);
    if (deed === "mine") plan.change(state);
    else plan.forget();
    tellSaved(root, plan);
  });
  const deeds = {
    undo: () => plan.undo(), redo: () => plan.redo(), save: store, remove: () => tools.remove(),
    merge: () => cut(urls.merge, { codes: [...plan.selected] }, [...plan.selected][0]),
  };
  root.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-tool], [data-deed]");
    if (!button || button.disabled) return;
    if (button.dataset.tool) tools.use(button.dataset.tool);
    else deeds[button.dataset.deed]?.();
  });
  document.addEventListener("keydown", (event) => {
    if (event.target.closest("input, select, textarea") || event.target.closest("dialog")) return;
    const isControl = event.ctrlKey || event.metaKey, key = event.key.toLowerCase();
    const deed = isControl && key === "z" ? (event.shiftKey ? "redo" : "undo") : isControl && key === "y" ? "redo" : isControl && key === "s" ? "save" : null;
    if (deed) { event.preventDefault(); deeds[deed](); return; }
    if (event.key === "Escape") tools.back();
    else if (event.key === "Enter" && tools.isDrawing()) { event.preventDefault(); tools.finish(); } else if (event.key === "Backspace" && tools.isDrawing()) { event.preventDefault(); tools.unpoint(); } else if (event.key === "Delete") tools.remove();
  });
}

mount("[data-grid-editor]", (root) => start(root).catch((reason) => {
  console.info(reason);
  root.querySelector(".map-fallback").hidden = false;
  root.dataset.state = "failed";
}));

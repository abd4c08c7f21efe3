// Beside the map: what the check found, the grids of the plan as a list, and the facts of the one that is chosen.
import { fill } from "governance/htmx";
import { holds } from "grids/editor-borders";

function element(name, className, content) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (content !== undefined) made.textContent = content;
  return made;
}

/** The list: a tick chooses a grid, its name shows it on the map. */
function startList(plan, root, see) {
  const list = root.querySelector("[data-plan-list]");
  const draw = () => {
    const focused = document.activeElement?.dataset?.pick;
    list.replaceChildren(...plan.features.map(({ properties: { code, name, kind, household_count: count } }) => {
      const row = element("li", plan.selected.has(code) ? "is-chosen" : ""), tick = element("input", "form-check-input");
      Object.assign(tick, { type: "checkbox", checked: plan.selected.has(code) });
      tick.setAttribute("aria-label", fill(list.dataset.choose, { name }));
      tick.dataset.pick = code;
      tick.addEventListener("change", () => plan.select(code, true));
      const button = element("button", "plan-name", name);
      button.type = "button";
      button.addEventListener("click", () => { plan.select(code); see(code); });
      const facts = element("span", "sub tnum", `${code.slice(-3)}${kind === "exclusive" ? ` · ${list.dataset.exclusive}` : ""}`);
      const { household_min: least, household_max: most } = plan.draft.standard;
      const households = element("span", `tnum${kind !== "exclusive" && (count < least || count > most) ? " is-odd" : ""}`, `${count} ${list.dataset.households}`);
      row.append(tick, button, facts, households);
      return row;
    }));
    if (focused) list.querySelector(`[data-pick="${focused}"]`)?.focus();
  };
  plan.addEventListener("opened", draw);
  plan.addEventListener("changed", draw);
  plan.addEventListener("selected", draw);
}

/** The form of one chosen grid; each change is a step that can be undone. */
function startFacts(plan, root) {
  const form = root.querySelector("[data-facts]"), none = root.querySelector("[data-facts-none]");
  const heir = form.elements.heir_of, type = form.elements.exclusive_type, fresh = heir.options[0].textContent;
  const counted = form.querySelector("[data-counted]");
  let shown = null, sum = 0;
  // What the address points inside add up to, offered where the number typed says something else.
  const drawCount = (feature) => {
    const inside = plan.draft.buildings.filter((building) => holds(feature, building));
    sum = inside.reduce((total, [, , households]) => total + households, 0);
    counted.hidden = !inside.length || sum === feature.properties.household_count;
    counted.querySelector("span").textContent = fill(counted.dataset.words, { n: sum, buildings: inside.length });
  };
  counted.querySelector("button").addEventListener("click", () => plan.setFacts(shown, { household_count: sum }));
  const draw = () => {
    const [code] = plan.selected.size === 1 ? plan.selected : [null];
    const feature = code && plan.find(code);
    form.hidden = !feature;
    none.hidden = Boolean(feature);
    shown = feature ? code : null;
    if (!feature) return;
    const names = new Map([...plan.draft.sources.features, ...plan.draft.neighbours.features].map(({ properties }) => [properties.code, properties.name]));
    heir.replaceChildren(new Option(fresh, ""), ...plan.state.sources.map((source) => new Option(`${names.get(source) ?? ""} ${source.slice(-3)}`, source)));
    for (const field of form.elements) if (field.name && document.activeElement !== field) field.value = feature.properties[field.name] ?? "";
    drawCount(feature);
    type.closest(".field").hidden = feature.properties.kind !== "exclusive";
  };
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("change", ({ target }) => {
    if (!shown || !target.name) return;
    if (!target.reportValidity()) return;
    const facts = { [target.name]: target.type === "number" ? Math.max(0, Math.round(Number(target.value) || 0)) : target.value.trim() };
    if (target.name === "kind") facts.exclusive_type = target.value === "exclusive" ? plan.find(shown).properties.exclusive_type || "other" : "";
    if (target.name === "code" && plan.find(facts.code)) { draw(); target.value = shown; return; }
    plan.setFacts(shown, facts);
  });
  for (const name of ["opened", "changed", "selected"]) plan.addEventListener(name, draw);
}

/** Title, date and reason of the revision. */
function startHead(plan, root) {
  const form = root.querySelector("[data-head]");
  const draw = () => { for (const field of form.elements) if (field.name && document.activeElement !== field) field.value = plan.state[field.name] ?? ""; };
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("change", ({ target }) => target.name && plan.change({ [target.name]: target.value }));
  plan.addEventListener("opened", draw);
  plan.addEventListener("changed", draw);
}

/** The findings, the grave ones first; a click shows the place. */
export function drawReport(root, report, see) {
  const box = root.querySelector("[data-report]"), list = box.querySelector("ul"), { error = 0, warning = 0 } = report.counts ?? {};
  const summary = box.querySelector("[data-report-sum]");
  summary.textContent = error || warning ? fill(box.dataset.found, { error, warning }) : box.dataset.clean;
  summary.dataset.tone = error ? "red" : warning ? "amber" : "green";
  list.replaceChildren(...(report.findings ?? []).map((finding) => {
    const row = element("li"), button = element("button", `finding finding-${finding.severity}`);
    button.type = "button";
    button.append(element("strong", "", `${finding.severity === "error" ? box.dataset.error : box.dataset.warning} · ${finding.title}`), element("span", "", finding.message));
    button.addEventListener("click", () => see(finding));
    row.append(button);
    return row;
  }));
}

export function startSide(plan, root, see) {
  startHead(plan, root);
  startList(plan, root, see);
  startFacts(plan, root);
}

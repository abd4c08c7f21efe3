// A finding's form: of the many matters only those that go the chosen way, and of those the ones that match what is typed.
// Works on what the page holds, so without a line too.
import { mount } from "governance/page";

/** What the address says of the finding, where the page is a kept one that does not know it. */
function fillIn(form) {
  const given = new URLSearchParams(location.search);
  const { text, category } = form.elements;
  if (given.has("target") && !form.elements.target) {
    const input = Object.assign(document.createElement("input"), { type: "hidden", name: "target", value: given.get("target") });
    form.append(input);
  }
  for (const box of form.querySelectorAll("[name=kind]")) if (!form.querySelector("[name=kind]:checked") && box.value === given.get("kind")) box.checked = true;
  category.value ||= given.get("category") ?? "";
  text.value ||= given.get("text") ?? "";
}

mount("[data-finding]", (form) => {
  if (form.dataset.bound === undefined) fillIn(form);
  const { category } = form.elements;
  const search = form.querySelector("[data-matter-search]");
  const groups = [...category.children].map((part) => [part, [...part.children]]);
  const kind = () => form.querySelector("[name=kind]:checked")?.value ?? "";
  const fits = ({ dataset, text }, way, word) => (!way || dataset.kinds?.split(" ").includes(way)) && text.includes(word);
  const show = () => {
    const [chosen, way, word] = [category.value, kind(), search.value.trim()];
    const shown = groups.flatMap(([part, rows]) => {
      if (part.localName !== "optgroup") return [part];
      const kept = rows.filter((row) => fits(row, way, word) || (row.value === chosen && fits(row, way, "")));
      part.replaceChildren(...kept);
      return kept.length ? [part] : [];
    });
    category.replaceChildren(...shown);
    category.value = [...category.options].some(({ value }) => value === chosen) ? chosen : "";
    const left = [...category.options].filter((row) => row.value && fits(row, way, word));
    if (word && left.length === 1) category.value = left[0].value;
    if (category.value !== chosen) category.dispatchEvent(new Event("change", { bubbles: true }));
  };
  form.addEventListener("change", ({ target }) => { if (target.name === "kind") show(); });
  search.addEventListener("input", show);
  search.closest("[hidden]").hidden = false;
  show();
});

// The lists of the wall: ranking of places, what waits for a decision, rates of the month. Rows are kept and changed.
const text = (tag, className, words) => Object.assign(document.createElement(tag), { className, textContent: words });
const percent = (value) => (value === null ? "–" : `${value.toFixed(2)}%`);

function lamp(name) {
  const box = text("span", "wall-lamp", "");
  box.dataset.lamp = name;
  return box;
}

function track(share, tone, line) {
  const box = text("span", "track", "");
  const bar = document.createElement("i");
  box.style.setProperty("--share", `${Math.max(0, Math.min(100, share))}%`);
  box.dataset.tone = tone;
  box.append(bar);
  if (line !== null && line !== undefined) {
    box.style.setProperty("--line-at", `${line}%`);
    box.append(document.createElement("u"));
  }
  return box;
}

const makers = {
  places: ({ places }) => places.map((one, at) => {
    const row = document.createElement("li");
    row.append(
      text("span", "rank", one.percent === null ? "–" : String(at + 1)), text("span", "name", one.name),
      track(one.percent ?? 0, one.lamp), text("span", "percent", percent(one.percent)), lamp(one.lamp),
    );
    return row;
  }),
  deciding: ({ deciding }, box) => (deciding.length ? deciding.map(([name, count]) => {
    const row = document.createElement("li");
    row.append(text("span", "", name), text("b", "", String(count)));
    return row;
  }) : [text("li", "is-none", box.dataset.none)]),
  holders: ({ holders }, box) => (holders.length ? holders.slice(0, 5).map(([name, count]) => {
    const row = document.createElement("li");
    row.append(text("span", "name", name), track((100 * count) / holders[0][1], "red"), text("b", "", String(count)));
    return row;
  }) : [text("li", "is-none", box.dataset.none)]),
  rates: ({ month }) => month.rates.map((one) => {
    const card = text("article", "wall-rate", "");
    const head = text("h3", "", one.label);
    head.append(lamp(one.lamp));
    const value = text("p", "value", "");
    value.append(one.percent === null ? "–" : one.percent.toFixed(2), text("small", "", "%"));
    card.append(head, value, track(one.percent ?? 0, one.lamp, one.line), text("p", "wall-note", one.reason || `${one.part} / ${one.whole}`));
    return card;
  }),
};

/** Put what the sections say into the list; left as it is where nothing has changed. */
export function setList(box, sections) {
  const make = makers[box.dataset.list];
  const key = JSON.stringify(box.dataset.list === "rates" ? sections.month : sections[box.dataset.list]);
  if (!make || box.dataset.shown === key) return;
  box.dataset.shown = key;
  box.replaceChildren(...make(sections, box));
}

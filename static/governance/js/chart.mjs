// Charts from JSON blocks; colours are the page's tokens; a click on a part follows its address.
// data: {kind, categories, series: [{name, values, tone, urls}], unit}. Heat: `rows` names the second axis,
// the one series has values [[column, row, value], …] and urls of the same length.
import { token } from "governance/map-style";

const LYING = ["rank", "funnel"]; // a funnel is drawn as bars from one line: lengths can be compared
const TONES = { green: "--lamp-green", amber: "--lamp-amber", red: "--lamp-red", grey: "--lamp-grey" };

const colour = (tone, index) => token(TONES[tone] ?? `--chart-${(index % 6) + 1}`);
const words = () => ({ color: token("--text-soft"), fontFamily: token("--font"), fontSize: 12 });

function axes(data, isLying) {
  const names = {
    type: "category", data: data.categories, inverse: isLying, axisTick: { show: false },
    axisLine: { lineStyle: { color: token("--line") } }, axisLabel: { ...words(), hideOverlap: true },
  };
  const numbers = {
    type: "value", name: data.unit ?? "", nameTextStyle: words(), minInterval: 1, max: data.unit === "%" ? 100 : undefined, axisLabel: words(),
    splitLine: { lineStyle: { color: token("--line") } },
  };
  return isLying ? { xAxis: { ...numbers, name: "" }, yAxis: names } : { xAxis: names, yAxis: numbers };
}

function bars(data, isLying) {
  const series = data.series.map((one, index) => ({
    name: one.name, type: data.kind === "line" ? "line" : "bar", stack: data.kind === "stack" ? "all" : undefined,
    data: one.values.map((value, at) => (one.tones?.[at] ? { value, itemStyle: { color: colour(one.tones[at], at) } } : value)),
    color: colour(one.tone, index), barMaxWidth: 22, symbolSize: 5, lineStyle: { width: 2 },
    label: { ...words(), show: isLying, position: "right" }, emphasis: { disabled: true },
  }));
  return { ...axes(data, isLying), series };
}

function heat(data) {
  const one = data.series[0];
  const label = { ...words() };
  const most = Math.max(1, ...one.values.map((cell) => cell[2]));
  const ink = (value) => token(2 * value > most ? "--surface" : "--text");
  const values = one.values.map((value) => ({ value, label: { color: ink(value[2]) } }));
  const plain = (names) => ({ type: "category", data: names, splitArea: { show: false }, axisLabel: label, axisTick: { show: false }, axisLine: { show: false } });
  return {
    xAxis: plain(data.categories), yAxis: { ...plain(data.rows), inverse: true },
    visualMap: { min: 0, max: most, show: false, inRange: { color: [token("--chart-low"), token("--chart-high")] } },
    series: [{ name: one.name, type: "heatmap", data: values, itemStyle: { borderColor: token("--surface"), borderWidth: 1 },
      label: { show: true, fontFamily: token("--font"), formatter: ({ value }) => String(value[2]) } }],
  };
}

function ring(data) {
  const one = data.series[0];
  const parts = one.values.map((value, index) => ({ value, name: data.categories[index], itemStyle: { color: colour(one.tones?.[index], index) } }));
  const label = { ...words(), formatter: "{b}  {c}" };
  return { series: [{ type: "pie", radius: ["52%", "76%"], data: parts, label, itemStyle: { borderColor: token("--surface"), borderWidth: 1 } }] };
}

function option(data) {
  const isLying = LYING.includes(data.kind);
  const body = data.kind === "heat" ? heat(data) : data.kind === "ring" ? ring(data) : bars(data, isLying);
  const hasLegend = data.series.length > 1;
  return {
    animationDuration: 200, textStyle: words(), aria: { enabled: false },
    grid: { left: 4, right: isLying ? 40 : 12, top: hasLegend || data.unit ? 30 : 12, bottom: 4, containLabel: true },
    legend: hasLegend ? { top: 0, right: 0, textStyle: words(), itemWidth: 12, itemHeight: 8 } : undefined,
    tooltip: {
      renderMode: "richText", trigger: ["heat", "ring"].includes(data.kind) ? "item" : "axis",
      backgroundColor: token("--surface"), borderColor: token("--line"), textStyle: { ...words(), color: token("--text") },
    },
    ...body,
  };
}

const drawn = new WeakMap(); // box -> { chart, data }

/** The chart of `part` that shows the cell `key`; nothing where none does. */
export function chartOf(part, key) {
  return [...part.querySelectorAll("[data-chart]")].find((box) => placeOf(drawn.get(box)?.data, key));
}

function placeOf(data, key) {
  for (const one of data?.series ?? []) {
    const at = one.cells?.indexOf(key) ?? -1;
    if (at >= 0) return { one, at };
  }
  return null;
}

/** Put the cells ([words, address]) that a chart shows into it; the rest stays. */
export function updateChart(box, cells) {
  const { chart, data } = drawn.get(box);
  for (const one of data.series) {
    one.cells?.forEach((key, at) => {
      const cell = cells.get(key);
      if (!cell) return;
      if (Array.isArray(one.values[at])) one.values[at][2] = Number(cell[0]);
      else one.values[at] = Number(cell[0]);
      one.urls[at] = cell[1];
    });
  }
  chart.setOption(option(data));
}

function save(url, name) {
  const link = Object.assign(document.createElement("a"), { href: url, download: name });
  link.click();
}

/** The chart as a picture: PNG as it stands, twice as fine; SVG drawn anew without a canvas. */
async function download(box, kind) {
  const { chart, data } = drawn.get(box);
  const name = `${box.dataset.chart}-${new Date().toISOString().slice(0, 10)}.${kind}`;
  if (kind === "png") return save(chart.getDataURL({ type: "png", pixelRatio: 2, backgroundColor: token("--surface") }), name);
  const library = await import("echarts");
  const plain = library.init(null, null, { renderer: "svg", ssr: true, width: box.clientWidth, height: box.clientHeight });
  plain.setOption({ ...option(data), animation: false, backgroundColor: token("--surface") });
  const url = URL.createObjectURL(new Blob([plain.renderToSVGString()], { type: "image/svg+xml" }));
  plain.dispose();
  save(url, name);
  return setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

export async function mountChart(box) {
  const block = document.getElementById(box.dataset.chart);
  const library = await import("echarts").catch(() => null);
  if (!block || !library) {
    box.hidden = true;
    box.parentElement?.querySelector(".chart-table")?.setAttribute("open", "");
    return;
  }
  const data = JSON.parse(block.textContent);
  const chart = library.init(box, null, { renderer: "canvas" });
  chart.setOption({ ...option(data), animation: box.dataset.still === undefined });
  drawn.set(box, { chart, data });
  box.parentElement?.querySelectorAll(`[data-chart-file][data-of-chart="${box.dataset.chart}"]`).forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => download(box, button.dataset.chartFile));
  });
  chart.on("click", ({ seriesIndex, dataIndex }) => {
    const url = data.series[seriesIndex]?.urls?.[dataIndex];
    if (url) location.assign(url);
  });
  new ResizeObserver(() => (box.isConnected ? chart.resize() : chart.dispose())).observe(box);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => chart.setOption(option(data), true));
}

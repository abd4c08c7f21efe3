// The charts of the wall: options from sections. Type is never smaller than one rem, lines are thick, one accent.
const base = ({ token, rem }) => ({ color: token("--text-soft"), fontFamily: token("--font"), fontSize: Math.round(rem) });
const strong = (look) => ({ ...base(look), color: look.token("--text"), fontSize: Math.round(look.rem * 1.1) });

function fade(colour, low) {
  return { type: "linear", x: 0, y: 1, x2: 0, y2: 0, colorStops: [{ offset: 0, color: low }, { offset: 1, color: colour }] };
}

function upright(look, names) {
  const { token } = look;
  return {
    grid: { left: 8, right: 8, top: look.rem * 2.25, bottom: 4, containLabel: true },
    xAxis: { type: "category", data: names, axisTick: { show: false }, axisLine: { lineStyle: { color: token("--line-strong") } }, axisLabel: { ...base(look), hideOverlap: true } },
    yAxis: { type: "value", minInterval: 1, axisLabel: base(look), splitLine: { lineStyle: { color: token("--line"), type: "dashed" } } },
    legend: { top: 0, right: 0, textStyle: base(look), itemWidth: look.rem, itemHeight: look.rem * 0.6 },
  };
}

function lying(look, rows, colours) {
  const { token, rem } = look;
  return {
    grid: { left: 4, right: rem * 4, top: 8, bottom: 4, containLabel: true },
    xAxis: { type: "value", show: false, max: "dataMax" },
    yAxis: { type: "category", inverse: true, data: rows.map(([name]) => name), axisTick: { show: false }, axisLine: { show: false }, axisLabel: { ...strong(look), interval: 0, width: rem * 10, overflow: "break", lineHeight: rem * 1.2 } },
    series: [{
      type: "bar", barMaxWidth: rem * 1.1, showBackground: true,
      backgroundStyle: { color: token("--surface-page"), borderRadius: rem },
      data: rows.map(([, value], at) => ({ value, itemStyle: { color: { type: "linear", x: 0, y: 0, x2: 1, y2: 0, colorStops: [{ offset: 0, color: token("--chart-low") }, { offset: 1, color: colours?.[at] ?? token("--chart-1") }] }, borderRadius: rem } })),
      label: { ...strong(look), show: true, position: "right", fontWeight: 600 }, emphasis: { disabled: true },
    }],
  };
}

export const drawings = {
  rhythm({ rhythm }, look) {
    const { token, rem, words } = look;
    return {
      ...upright(look, rhythm.hours),
      series: [
        { name: words.textNow, type: "bar", data: rhythm.now, barMaxWidth: rem * 1.2, itemStyle: { color: fade(token("--chart-1"), token("--chart-low")), borderRadius: [rem / 5, rem / 5, 0, 0] }, emphasis: { disabled: true } },
        { name: words.textThen, type: "line", data: rhythm.then, smooth: 0.25, symbol: "none", lineStyle: { width: rem / 7, color: token("--chart-3") }, itemStyle: { color: token("--chart-3") }, emphasis: { disabled: true } },
      ],
    };
  },
  sources: ({ sources }, look) => lying(look, sources),
  stages: ({ stages }, look) => lying(look, stages),
  loads({ places }, look) {
    const { token, rem, words } = look;
    const rows = [...places].sort((one, other) => other.late - one.late || other.open - one.open).slice(0, 8);
    const bar = (name, values, colour) => ({ name, type: "bar", stack: "open", data: values, barMaxWidth: rem * 1.1, itemStyle: { color: colour }, emphasis: { disabled: true } });
    const option = lying(look, rows.map((one) => [one.name, one.open]));
    return {
      ...option,
      grid: { ...option.grid, top: rem * 2.25, right: rem * 5.5 },
      legend: { top: 0, right: 0, textStyle: base(look), itemWidth: rem, itemHeight: rem * 0.6 },
      series: [
        bar(words.textLate, rows.map((one) => one.late), token("--lamp-red")),
        { ...bar(words.textSafe, rows.map((one) => Math.max(0, one.open - one.late)), token("--chart-1")), label: { ...strong(look), show: true, position: "right", formatter: ({ dataIndex }) => `${rows[dataIndex].late} / ${rows[dataIndex].open}` } },
      ],
    };
  },
  limits({ limits }, look) {
    const { token, rem, words } = look;
    const parts = [
      { name: words.textSafe, value: limits.safe, itemStyle: { color: token("--lamp-green") } },
      { name: words.textSoon, value: limits.soon, itemStyle: { color: token("--lamp-amber") } },
      { name: words.textLate, value: limits.late, itemStyle: { color: token("--lamp-red") } },
    ];
    const total = limits.safe + limits.soon + limits.late;
    return {
      title: { text: String(total), subtext: words.textOpen, left: "center", top: "34%", textStyle: { color: token("--text"), fontFamily: token("--font"), fontSize: rem * 3, fontWeight: 600 }, subtextStyle: base(look), itemGap: rem / 4 },
      legend: { bottom: 0, left: "center", textStyle: strong(look), itemWidth: rem, itemHeight: rem * 0.7, formatter: (name) => `${name} ${parts.find((one) => one.name === name)?.value ?? ""}` },
      series: [{ type: "pie", radius: ["54%", "74%"], center: ["50%", "45%"], data: parts, label: { show: false }, padAngle: 2, itemStyle: { borderRadius: rem / 4 }, emphasis: { disabled: true } }],
    };
  },
  heat({ heat }, look) {
    const { token, rem } = look;
    const most = Math.max(1, ...heat.cells.map((cell) => cell[2]));
    const ramp = [0, 1, 2, 3, 4].map((step) => token(`--ramp-${step}`));
    const names = (data, isUp) => ({ type: "category", data, inverse: isUp, axisTick: { show: false }, axisLine: { show: false }, splitArea: { show: false }, axisLabel: isUp ? strong(look) : base(look) });
    const filled = heat.rows.flatMap((_name, row) => heat.hours.map((_hour, hour) => [hour, row, heat.cells.find((cell) => cell[0] === hour && cell[1] === row)?.[2] ?? 0]));
    return {
      grid: { left: 4, right: 4, top: 8, bottom: 4, containLabel: true },
      xAxis: names(heat.hours, false), yAxis: names(heat.rows, true),
      visualMap: { min: 0, max: most, show: false, inRange: { color: ramp } },
      series: [{ type: "heatmap", data: filled, label: { ...strong(look), show: true, formatter: ({ value }) => (value[2] ? String(value[2]) : ""), textBorderColor: token("--surface-page"), textBorderWidth: rem / 6 }, itemStyle: { borderColor: token("--surface"), borderWidth: rem / 8, borderRadius: rem / 6 }, emphasis: { disabled: true } }],
    };
  },
  days({ month }, look) {
    const { token, rem, words } = look;
    const option = upright(look, month.days);
    return {
      ...option,
      yAxis: [option.yAxis, { type: "value", max: 100, min: ({ min }) => Math.max(0, Math.floor((min - 5) / 10) * 10), axisLabel: { ...base(look), formatter: "{value}%" }, splitLine: { show: false } }],
      series: [
        { name: words.textIntake, type: "bar", data: month.intake, barMaxWidth: rem * 1.4, itemStyle: { color: fade(token("--chart-1"), token("--chart-low")), borderRadius: [rem / 5, rem / 5, 0, 0] }, emphasis: { disabled: true } },
        { name: words.textRate, type: "line", yAxisIndex: 1, data: month.on_time, connectNulls: true, symbolSize: rem / 3, lineStyle: { width: rem / 7, color: token("--lamp-green") }, itemStyle: { color: token("--lamp-green") }, emphasis: { disabled: true } },
      ],
    };
  },
};

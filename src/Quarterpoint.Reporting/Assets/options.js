// From a description (see Chart.cs) to what ECharts calls an option. Everything about looks stands here.
const cssColor = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function palette() {
  const names = ["ink", "soft", "faint", "grid", "good", "bad", "good-soft", "bad-soft", "card"];
  return Object.fromEntries(names.map(name => [name, cssColor("--" + name)]));
}

const toneOf = (series, value, colors) => series.tone === "sign" ? (value < 0 ? colors.bad : colors.good) : colors[series.tone ?? "ink"];

// Where the values of a series stand. Instants come as steps from one to the next.
function placesOf(series, axis) {
  if (!series.x) return series.y.map((value, i) => i);
  if (axis.scale !== "time") return series.x;
  let now = 0;
  return series.x.map(step => { now += step * 1e3; return Math.round(now); });
}

function markOf(series, axis, colors) {
  const places = placesOf(series, axis);
  const points = series.y.map((value, i) => [places[i], value]);
  const color = toneOf(series, 1, colors);
  const common = { name: series.name, animation: false, z: 3 };
  switch (series.mark ?? "line") {
    case "bar":
      return {
        ...common, type: "bar", stack: series.stack, barMaxWidth: 46, barCategoryGap: "25%",
        itemStyle: { color },
        data: points.map(([x, y]) => series.tone === "sign" ? { value: [x, y], itemStyle: { color: toneOf(series, y, colors) } } : [x, y]),
      };
    case "block":
      return blocksOf(series, places, axis, colors, common);
    case "dot": case "diamond": case "up": case "down":
      return {
        ...common, type: "scatter", z: 4,
        symbol: { dot: "circle", diamond: "diamond", up: "triangle", down: "path://M0 0L10 0L5 9Z" }[series.mark],
        itemStyle: { color, opacity: series.size ? 0.6 : 1, borderColor: series.size ? color : colors.card, borderWidth: 1 },
        symbolSize: (value, { dataIndex }) => series.size?.[dataIndex] ?? 11,
        data: points,
      };
    default:
      return {
        ...common, type: "line", data: points, sampling: "lttb", connectNulls: !!series.bridges,
        step: series.mark === "step" || series.mark === "area" ? "end" : false,
        // A value between two that are missing would be a line of no length.
        showSymbol: points.length < 2 || !!series.bridges && points.length <= 60, symbol: "circle", symbolSize: 4,
        lineStyle: { color, width: series.dashed ? 1.2 : 1.6, type: series.dashed ? [5, 4] : "solid" },
        itemStyle: { color },
        areaStyle: series.mark === "area" ? { color, opacity: 0.16 } : undefined,
      };
  }
}

function blocksOf(series, places, axis, colors, common) {
  const fills = axis.scale === "name";
  return {
    ...common, type: "custom", dimensions: ["x", "y", "to", "low"], encode: { x: fills ? 0 : [0, 2], y: [1, 3] },
    itemStyle: { color: toneOf(series, 1, colors) },
    data: series.y.map((value, i) => [places[i], value, series.to?.[i] ?? places[i], series.low?.[i] ?? 0]),
    renderItem: (params, api) => {
      const i = params.dataIndex;
      const [low, high] = [series.low?.[i] ?? 0, series.y[i]];
      const from = api.coord([places[i], low]);
      const to = api.coord([series.to?.[i] ?? places[i], high]);
      const half = fills ? api.size([1, 0])[0] * 0.3 : 0;
      const [left, right] = fills ? [from[0] - half, from[0] + half] : [from[0] + 0.5, to[0] - 0.5];
      const [top, bottom] = [Math.min(from[1], to[1]), Math.max(from[1], to[1])];
      const upward = high >= low;
      return {
        type: "group",
        children: [
          {
            type: "rect", shape: { x: left, y: top, width: Math.max(right - left, 1), height: Math.max(bottom - top, 1) },
            style: { fill: toneOf(series, fills ? high - low : places[i], colors) },
          },
          ...(series.tags ? [{
            type: "text", silent: true,
            style: {
              text: series.tags[i], x: (left + right) / 2, y: upward ? top - 4 : bottom + 4, align: "center",
              verticalAlign: upward ? "bottom" : "top", fill: colors.ink, font: "600 12px system-ui, sans-serif",
            },
          }] : []),
        ],
      };
    },
  };
}

const dateLabels = {
  year: "{yyyy}", month: "{yyyy}-{MM}", day: "{MM}-{dd}", hour: "{HH}:{mm}", minute: "{HH}:{mm}",
  second: "{HH}:{mm}:{ss}", millisecond: "{HH}:{mm}:{ss}",
};

function axisOf(axis, isUpright, colors, font) {
  const scale = axis.scale ?? "number";
  const print = axisFormats[axis.format ?? "plain"];
  return {
    type: { number: "value", time: "time", name: "category" }[scale],
    scale: !!axis.floats,
    minInterval: axis.format === "count" ? 1 : undefined,
    data: axis.names,
    name: axis.title, nameLocation: isUpright ? "end" : "middle", nameGap: isUpright ? 12 : 26,
    nameTextStyle: { color: colors.soft, fontSize: font, align: isUpright ? "left" : "center" },
    splitNumber: isUpright ? 4 : undefined,
    axisLabel: {
      color: colors.soft, fontSize: font, hideOverlap: true,
      formatter: scale === "time" ? dateLabels : scale === "number" ? print : undefined,
    },
    axisLine: { show: !isUpright, onZero: false, lineStyle: { color: colors.faint } },
    axisTick: { show: !isUpright && scale !== "name", lineStyle: { color: colors.faint } },
    splitLine: { show: isUpright, lineStyle: { color: colors.grid } },
  };
}

// The nearest round numbers outside, so that a level is within the picture and the rules keep their round values.
function includeLevel(axis, level) {
  if (level === undefined) return;
  const roundUp = reach => {
    const power = 10 ** Math.floor(Math.log10(reach));
    return [1, 2, 2.5, 5, 10].find(factor => factor * power >= reach) * power;
  };
  const outward = (reach, step) => Math.ceil(reach / step) * step;
  const stepOf = ({ min, max }) => roundUp(Math.max(max, level, 0.01) / 5 - Math.min(min, level, 0) / 5);
  axis.min = extent => Math.min(extent.min, level) < 0 ? -outward(-Math.min(extent.min, level) * 1.02, stepOf(extent)) : 0;
  axis.max = extent => Math.max(extent.max, level) > 0 ? outward(Math.max(extent.max, level) * 1.02, stepOf(extent)) : 0;
}

function zoomOf(chart, colors) {
  if (!chart.zoom) return {};
  return {
    dataZoom: [
      {
        id: "inside", type: "inside", xAxisIndex: 0, filterMode: "none",
        zoomOnMouseWheel: "ctrl", moveOnMouseMove: false, preventDefaultMouseMove: false,
      },
    ],
    // Not shown: it is what dragging over the chart uses to zoom.
    toolbox: {
      show: true, itemSize: 0, top: -50,
      feature: { dataZoom: { yAxisIndex: "none", filterMode: "none", brushStyle: { color: colors["good-soft"] } } },
    },
  };
}

function optionOf(chart, hidden) {
  const colors = palette();
  const font = 12;
  const x = axisOf(chart.x, false, colors, font);
  const y = axisOf(chart.y, true, colors, font);
  includeLevel(y, chart.level);

  // Room within the axis for what is written above and below the blocks, so that it does not lie on the names.
  if (chart.series.some(one => one.tags)) y.boundaryGap = ["12%", "12%"];
  const series = chart.series.map(one => markOf(one, chart.x, colors));
  const line = { symbol: "none", silent: true, animation: false, label: { show: false } };
  if (chart.level !== undefined)
    series[0].markLine = { ...line, data: [{ yAxis: chart.level }], lineStyle: { color: colors.ink, type: [6, 4], width: 1 } };
  if (chart.shaded)
    series[0].markArea = {
      silent: true, animation: false, itemStyle: { color: colors["bad-soft"] },
      data: [[{ xAxis: chart.shaded.from * 1e3 }, { xAxis: chart.shaded.to * 1e3 }]],
    };
  return {
    useUTC: true, animation: false, backgroundColor: "transparent",
    textStyle: { fontFamily: "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', Arial, sans-serif" },
    grid: { left: 4, right: 14, top: chart.y.title ? 28 : 10, bottom: 6, outerBoundsMode: "same", outerBoundsContain: "all" },
    // Not shown: the page has its own, which breaks into lines; this one is what it switches.
    legend: { show: false, selected: Object.fromEntries(hidden.map(name => [name, false])) },
    tooltip: {
      trigger: chart.pointsAtMarks ? "item" : "axis", confine: true, transitionDuration: 0, padding: [6, 9], borderWidth: 1,
      backgroundColor: colors.card, borderColor: colors.faint, textStyle: { color: colors.ink, fontSize: font },
      axisPointer: { type: "line", lineStyle: { color: colors.soft }, animation: false },
      formatter: marks => tipOf(chart, Array.isArray(marks) ? marks : [marks]),
    },
    xAxis: x, yAxis: y, series,
    ...zoomOf(chart, colors),
  };
}

// What a place or a mark says, line by line.
function wordsOf(chart, marks) {
  const first = chart.series[marks[0].seriesIndex];
  if (chart.pointsAtMarks && first.says) return [first.says[marks[0].dataIndex]];
  const print = formats[chart.y.format ?? "plain"];
  const at = marks[0].value[0];
  const where = chart.x.scale === "time" ? instant(at)
    : chart.x.scale === "name" ? chart.x.names[at]
    : [chart.x.title, formats[chart.x.format ?? "plain"](at)].filter(Boolean).join(": ");
  const said = marks
    .filter(mark => mark.value[1] !== null && mark.value[1] !== undefined)
    .map(mark => chart.series[mark.seriesIndex].says?.[mark.dataIndex] ?? `${mark.seriesName} ${print(mark.value[1])}`);
  return [where, ...said];
}

// Built of text nodes, so that no name can be markup.
function tipOf(chart, marks) {
  const tip = document.createElement("div");
  tip.className = "chart-tip";
  for (const words of wordsOf(chart, marks)) {
    const line = document.createElement("div");
    line.textContent = words;
    tip.append(line);
  }
  return tip;
}

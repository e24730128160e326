// Draws descriptions into their places, and keeps them right when the page, its colours, or its paper changes.
const signs = {
  line: "\u2501", step: "\u2501", area: "\u2501", dashed: "\u2505", bar: "\u25a0", block: "\u25a0",
  dot: "\u25cf", diamond: "\u25c6", up: "\u25b2", down: "\u25bc",
};

const charts = {
  drawn: new Map(),

  // Draws one chart, or another in its place.
  draw(host, chart) {
    let kept = charts.drawn.get(host);
    if (!kept) {
      kept = { instance: echarts.init(host, null, { renderer: "svg" }) };
      charts.drawn.set(host, kept);
      charts.watch(host, kept);
    }
    kept.chart = chart;
    kept.at = -1;
    kept.hidden = [];
    charts.name(host, kept);
    host.setAttribute("aria-label", chart.label);
    charts.paint(kept);
    host.dataset.drawn = "true";
  },

  paint({ instance, chart, hidden }) {
    instance.setOption(optionOf(chart, hidden), { notMerge: true });
    if (chart.zoom && matchMedia("(pointer: fine)").matches)
      instance.dispatchAction({ type: "takeGlobalCursor", key: "dataZoomSelect", dataZoomSelectActive: true });
    if (chart.group && instance.group !== chart.group) {
      instance.group = chart.group;
      echarts.connect(chart.group);
    }
    charts.settle(instance);
  },

  // Draws what is to be drawn, now, and lets the picture shrink with its place: paper is narrower than a screen.
  settle(instance) {
    instance.getZr().flush();
    instance.getDom().querySelector("svg").setAttribute("viewBox", `0 0 ${instance.getWidth()} ${instance.getHeight()}`);
  },

  // The names of the series above the chart, each of which shows or hides its own.
  name(host, kept) {
    kept.names?.remove();
    if (!kept.chart.legend) return;
    kept.names = document.createElement("div");
    kept.names.className = "legend";
    for (const series of kept.chart.series) {
      const button = document.createElement("button");
      const sign = document.createElement("i");
      sign.textContent = signs[series.dashed ? "dashed" : series.mark ?? "line"];
      sign.style.color = `var(--${series.tone ?? "ink"})`;
      button.type = "button";
      button.setAttribute("aria-pressed", "true");
      button.append(sign, series.name);
      button.addEventListener("click", () => {
        const shown = kept.hidden.includes(series.name);
        kept.hidden = shown ? kept.hidden.filter(name => name !== series.name) : [...kept.hidden, series.name];
        button.setAttribute("aria-pressed", String(shown));
        kept.instance.dispatchAction({ type: "legendToggleSelect", name: series.name });
      });
      kept.names.append(button);
    }
    host.before(kept.names);
  },

  repaint() {
    for (const kept of charts.drawn.values()) charts.paint(kept);
  },

  whole(group) {
    for (const { instance, chart } of charts.drawn.values())
      if (chart.zoom && (!group || chart.group === group)) instance.dispatchAction({ type: "dataZoom", start: 0, end: 100 });
  },

  watch(host, kept) {
    let width = host.clientWidth;
    new ResizeObserver(() => {
      if (host.clientWidth === width || host.clientWidth === 0) return;
      width = host.clientWidth;
      kept.instance.resize();
      charts.settle(kept.instance);
    }).observe(host);
    kept.instance.getZr().on("dblclick", () => charts.whole(kept.chart.group));
    charts.walkByKeys(host, kept);
  },

  // The arrow keys walk from value to value, so that they can be read without a pointer, and are read out.
  walkByKeys(host, kept) {
    const spoken = document.createElement("output");
    spoken.className = "spoken";
    host.after(spoken);
    host.tabIndex = 0;
    host.addEventListener("keydown", event => {
      const { chart, instance, at } = kept;
      const series = chart.series[0];
      const count = series.y.length;
      const jump = event.shiftKey ? Math.max(1, Math.round(count / 50)) : 1;
      const next = { ArrowLeft: at < 0 ? count - 1 : at - jump, ArrowRight: at + jump, Home: 0, End: count - 1 }[event.key];
      if (event.key === "Escape") return charts.whole(chart.group);
      if (next === undefined) return;
      event.preventDefault();
      kept.at = Math.min(count - 1, Math.max(0, next));
      const marks = charts.marksAt(chart, kept.at);
      spoken.textContent = wordsOf(chart, marks).join(", ");
      const [x, y] = instance.convertToPixel({ xAxisIndex: 0, yAxisIndex: 0 }, [marks[0].value[0], marks[0].value[1] ?? 0]);
      instance.dispatchAction({ type: "showTip", x, y });
    });
  },

  // The values of all series that stand where the first has its value of that number.
  marksAt(chart, number) {
    const [first, ...others] = chart.series.map((series, seriesIndex) => ({ series, seriesIndex, places: placesOf(series, chart.x) }));
    const mark = ({ series, seriesIndex, places }, i) =>
      ({ seriesIndex, seriesName: series.name, dataIndex: i, value: [places[i], series.y[i]] });
    const at = first.places[number];
    const beside = chart.pointsAtMarks ? [] : others.map(other => [other, other.places.indexOf(at)]).filter(([, i]) => i >= 0);
    return [mark(first, number), ...beside.map(([other, i]) => mark(other, i))];
  },
};

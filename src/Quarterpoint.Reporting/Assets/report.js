"use strict";
(() => {
  const data = JSON.parse(document.getElementById("qp-data").textContent);
  const root = document.documentElement;
  const zone = "America/New_York";
  const color = name => getComputedStyle(root).getPropertyValue(name).trim();

  const dollars = (value, plus) => {
    if (value === null || value === undefined) return "";
    const digits = "$" + Math.abs(value).toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 6 });
    return value < 0 ? "\u2212" + digits : plus && value > 0 ? "+" + digits : digits;
  };
  const axisDollars = value => (value < 0 ? "\u2212$" : "$") + Math.abs(value).toLocaleString("en-US");
  // Swedish writes dates as ISO 8601 does.
  const clock = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "medium" });

  const plots = [];
  const axis = extra => ({
    stroke: () => color("--soft"),
    grid: { stroke: () => color("--grid"), width: 1 },
    ticks: { stroke: () => color("--grid"), width: 1, size: 4 },
    font: "12px system-ui, sans-serif",
    ...extra,
  });

  // Dates as written elsewhere on the page, coarser the wider the span.
  const dates = [
    [86400 * 365, "{YYYY}", null, null, null, null, null, null, 1],
    [86400 * 28, "{YYYY}-{MM}", null, null, null, null, null, null, 1],
    [86400, "{MM}-{DD}", "\n{YYYY}", null, null, null, null, null, 1],
    [60, "{HH}:{mm}", "\n{YYYY}-{MM}-{DD}", null, "\n{MM}-{DD}", null, null, null, 1],
    [1, "{HH}:{mm}:{ss}", "\n{YYYY}-{MM}-{DD}", null, "\n{MM}-{DD}", null, null, null, 1],
  ];

  // Charts by trading day: a day is a place, not a date, so that weekends take no room.
  const dayScale = count => ({ time: false, range: (self, min, max) => [Math.max(min, 0) - 0.6, Math.min(max, count - 1) + 0.6] });
  const dayAxis = days => axis({ incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000], space: 84, values: (self, ticks) => ticks.map(i => days[i] ?? "") });

  // A range that always holds zero, with some air, and is never empty.
  const aroundZero = (self, min, max) => {
    const low = Math.min(0, min ?? 0);
    const high = Math.max(0, max ?? 0);
    const air = Math.max((high - low) * 0.06, 0.5);
    return [low < 0 ? low - air : low, high > 0 ? high + air : high + (low < 0 ? air * 0.2 : 1)];
  };

  function plot(id, height, options, values, full = [values[0][0], values[0][values[0].length - 1]]) {
    const host = document.getElementById(id);
    if (!host) return null;
    const width = () => Math.max(220, Math.floor(host.clientWidth));
    const chart = new uPlot({ width: width(), height, padding: [8, 10, 0, 0], ...options }, values, host);
    plots.push({ chart, width, height, full });
    walkByKeys(host, chart, values[0].length);
    return chart;
  }

  // The arrow keys walk from point to point, so that the values can be read without a pointer.
  function walkByKeys(host, chart, count) {
    host.tabIndex = 0;
    const legend = host.querySelector(".u-legend");
    if (legend) legend.setAttribute("aria-live", "polite");
    host.addEventListener("keydown", event => {
      const at = chart.cursor.idx ?? -1;
      const jump = event.shiftKey ? Math.max(1, Math.round(count / 50)) : 1;
      const next = { ArrowLeft: at < 0 ? count - 1 : at - jump, ArrowRight: at + jump, Home: 0, End: count - 1 }[event.key];
      if (event.key === "Escape") return resetZoom();
      if (next === undefined) return;
      event.preventDefault();
      const index = Math.min(count - 1, Math.max(0, next));
      const left = chart.valToPos(chart.data[0][index], "x");
      chart.setCursor({ left, top: chart.bbox.height / 2 / uPlot.pxRatio }, true, true);
    });
  }

  function resetZoom() {
    for (const { chart, full: [min, max] } of plots) chart.setScale("x", { min, max });
  }

  function drawCharts() {
    const equity = data.equity;
    if (equity.time.length > 1 && document.getElementById("plot-equity")) {
      const sync = uPlot.sync("equity");
      let zooming = false;
      const together = {
        setScale: [(self, key) => {
          if (key !== "x" || zooming) return;
          zooming = true;
          const { min, max } = self.scales.x;
          for (const { chart } of plots) if (chart !== self && chart.cursor.sync?.key === "equity") chart.setScale("x", { min, max });
          zooming = false;
        }],
      };
      const shade = self => {
        if (!data.spell) return;
        const from = self.valToPos(data.spell[0], "x", true);
        const to = self.valToPos(data.spell[1], "x", true);
        const left = Math.max(self.bbox.left, from);
        const right = Math.min(self.bbox.left + self.bbox.width, to);
        if (right <= left) return;
        self.ctx.save();
        self.ctx.fillStyle = color("--bad-soft");
        self.ctx.fillRect(left, self.bbox.top, right - left, self.bbox.height);
        self.ctx.restore();
      };
      const stepped = uPlot.paths.stepped({ align: 1 });
      const common = {
        tzDate: seconds => uPlot.tzDate(new Date(seconds * 1e3), zone),
        cursor: { sync: { key: sync.key }, drag: { x: true, y: false } },
        hooks: { ...together, drawClear: [shade] },
      };
      const when = { label: "New York", value: (self, value) => value === null ? "\u2013" : clock.format(new Date(value * 1e3)) };
      const money = (self, value) => value === null ? "\u2013" : dollars(value, true);
      plot("plot-equity", 300, {
        ...common,
        scales: { y: { range: aroundZero } },
        axes: [axis({ space: 76, values: dates }), axis({ size: 72, values: (self, ticks) => ticks.map(axisDollars) })],
        series: [
          when,
          { label: "Net", stroke: () => color("--ink"), width: 1.6, paths: stepped, points: { show: false }, value: money },
          { label: "Gross", stroke: () => color("--good"), width: 1.2, dash: [5, 4], paths: stepped, points: { show: false }, value: money },
        ],
      }, [equity.time, equity.net, equity.gross]);
      plot("plot-drawdown", 150, {
        ...common,
        scales: { y: { range: (self, min) => [Math.min(min ?? 0, -1) * 1.06, 0] } },
        axes: [axis({ space: 76, values: dates }), axis({ size: 72, space: 26, values: (self, ticks) => ticks.map(axisDollars) })],
        series: [
          when,
          { label: "Below the highest net", stroke: () => color("--bad"), fill: () => color("--bad-soft"), width: 1.2, paths: stepped, points: { show: false }, value: money },
        ],
      }, [equity.time, equity.drawdown]);
    }

    const daily = data.daily;
    if (daily.day.length > 0 && document.getElementById("plot-daily")) {
      const index = daily.day.map((day, i) => i);
      const bars = uPlot.paths.bars({ size: [0.78, 46] });
      const series = [
        { label: "Day", value: (self, value) => value === null || daily.day[value] === undefined ? "\u2013" : `${daily.day[value]}, ${daily.trades[value]} trades` },
        { label: "Net above zero", stroke: () => color("--good"), fill: () => color("--good"), width: 0, paths: bars, points: { show: false }, value: (self, value) => value === null ? "\u2013" : dollars(value, true) },
        { label: "Net below zero", stroke: () => color("--bad"), fill: () => color("--bad"), width: 0, paths: bars, points: { show: false }, value: (self, value) => value === null ? "\u2013" : dollars(value, true) },
      ];
      const limit = self => {
        if (data.dailyLimit === null) return;
        const y = self.valToPos(-data.dailyLimit, "y", true);
        if (y < self.bbox.top || y > self.bbox.top + self.bbox.height) return;
        const { ctx } = self;
        ctx.save();
        ctx.strokeStyle = color("--ink");
        ctx.setLineDash([6, 4]);
        ctx.lineWidth = uPlot.pxRatio;
        ctx.beginPath();
        ctx.moveTo(self.bbox.left, y);
        ctx.lineTo(self.bbox.left + self.bbox.width, y);
        ctx.stroke();
        ctx.restore();
      };
      plot("plot-daily", 210, {
        scales: {
          x: dayScale(index.length),
          y: { range: (self, min, max) => aroundZero(self, data.dailyLimit === null ? min : Math.min(min ?? 0, -data.dailyLimit), max) },
        },
        cursor: { drag: { x: true, y: false } },
        hooks: { draw: [limit] },
        axes: [dayAxis(daily.day), axis({ size: 72, values: (self, ticks) => ticks.map(axisDollars) })],
        series,
      }, [index, daily.net.map(net => net > 0 ? net : null), daily.net.map(net => net < 0 ? net : null)], [-0.6, index.length - 0.4]);
    }

    if (data.room !== null && document.getElementById("plot-room")) {
      const index = daily.day.map((day, i) => i);
      // A day without a position had no distance: the line goes on to the next that had one.
      const line = (label, tone, dash) => ({
        label, stroke: () => color(tone), width: 1.6, dash, spanGaps: true, value: (self, value) => value === null ? "\u2013" : dollars(value),
      });
      plot("plot-room", 260, {
        scales: { x: dayScale(index.length), y: { range: aroundZero } },
        cursor: { drag: { x: true, y: false } },
        axes: [dayAxis(daily.day), axis({ size: 72, values: (self, ticks) => ticks.map(axisDollars) })],
        series: [
          { label: "Day", value: (self, value) => daily.day[value] ?? "\u2013" },
          line("R1, loss of the day", "--bad"),
          line("R2, fall from the day's highest", "--bad", [5, 4]),
          line("R4, fall from the highest", "--good"),
          line("R5, loss from the start", "--ink", [2, 3]),
        ],
      }, [index, data.room.dailyLoss, data.room.dailyDrawdown, data.room.accountDrawdown, data.room.killSwitch], [-0.6, index.length - 0.4]);
    }
  }

  function fit() {
    for (const { chart, width, height } of plots) chart.setSize({ width: width(), height });
  }

  function tradeTable() {
    const table = document.getElementById("trades-table");
    if (!table) return;
    const trades = data.trades;
    const words = ["DOWN", "FLAT", "UP"];
    const place = Object.fromEntries(trades.columns.map((name, i) => [name, i]));
    const cell = {
      number: value => [value, "n"],
      entry: value => [value],
      exit: (value, row) => [value.slice(0, 10) === row[place.entry].slice(0, 10) ? value.slice(11) : value], side: value => [value], contract: value => [value],
      reason: value => [value.replaceAll("_", " ")], flags: value => [value.replaceAll("|", ", ").replaceAll("_", " ")],
      entryPrice: value => [value.toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 9 }), "n"],
      exitPrice: value => [value.toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 9 }), "n"],
      gross: value => [dollars(value, true), "n"], net: value => [dollars(value, true), value < 0 ? "n bad" : value > 0 ? "n good" : "n"],
      commission: value => [dollars(value), "n"], slippage: value => [dollars(value), "n"],
      confidence: value => [value === null ? "" : (value * 100).toFixed(1) + " %", "n"],
      predicted: value => [value === null ? "" : words[value]],
    };
    const plain = value => [typeof value === "number" ? value.toLocaleString("en-US").replace("-", "\u2212") : value, "n"];

    const perPage = 100;
    const body = table.tBodies[0];
    const output = document.getElementById("trades-shown");
    const [back, forth] = ["trades-back", "trades-forth"].map(id => document.getElementById(id));
    const controls = Object.fromEntries(["text", "side", "reason", "outcome"].map(name => [name, document.getElementById("filter-" + name)]));
    let rows = trades.rows.map((row, i) => i);
    let page = 0;
    let order = { column: 0, step: 1 };

    function shown(row) {
      if (controls.side.value && row[place.side] !== controls.side.value) return false;
      if (controls.reason.value && row[place.reason] !== controls.reason.value) return false;
      const net = row[place.net];
      if (controls.outcome.value === "win" && !(net > 0)) return false;
      if (controls.outcome.value === "loss" && !(net < 0)) return false;
      const text = controls.text.value.trim().toLowerCase();
      return !text || row.some(value => typeof value === "string" && value.toLowerCase().includes(text));
    }

    function compare(a, b) {
      const [x, y] = [trades.rows[a][order.column], trades.rows[b][order.column]];
      if (x === null || y === null) return x === y ? a - b : x === null ? 1 : -1;
      return (x < y ? -1 : x > y ? 1 : 0) * order.step || a - b;
    }

    function select() {
      rows = trades.rows.map((row, i) => i).filter(i => shown(trades.rows[i])).sort(compare);
      page = 0;
      draw();
    }

    function draw() {
      const first = page * perPage;
      const some = document.createDocumentFragment();
      for (const i of rows.slice(first, first + perPage)) {
        const line = document.createElement("tr");
        trades.columns.forEach((name, column) => {
          const [text, style] = (cell[name] ?? plain)(trades.rows[i][column], trades.rows[i]);
          const field = document.createElement("td");
          field.textContent = text;
          if (style) field.className = style;
          line.append(field);
        });
        some.append(line);
      }
      body.replaceChildren(some);
      const last = Math.min(rows.length, first + perPage);
      const thousands = value => value.toLocaleString("en-US");
      output.textContent = rows.length === 0
        ? "No trade passes the filter."
        : `Rows ${thousands(first + 1)} to ${thousands(last)} of ${thousands(rows.length)}` + (rows.length < trades.rows.length ? ` (filtered from ${thousands(trades.rows.length)})` : "");
      back.disabled = page === 0;
      forth.disabled = last >= rows.length;
    }

    table.tHead.querySelectorAll("th").forEach((head, column) => {
      head.querySelector("button").addEventListener("click", () => {
        order = { column, step: order.column === column ? -order.step : 1 };
        table.tHead.querySelectorAll("th").forEach(other => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", order.step > 0 ? "ascending" : "descending");
        select();
      });
    });
    for (const control of Object.values(controls)) control.addEventListener("input", select);
    back.addEventListener("click", () => { page--; draw(); });
    forth.addEventListener("click", () => { page++; draw(); });
    draw();
  }

  function definitions() {
    for (const term of document.querySelectorAll(".def")) {
      term.addEventListener("keydown", event => { if (event.key === "Escape") term.classList.add("shut"); });
      for (const away of ["blur", "mouseleave"]) term.addEventListener(away, () => term.classList.remove("shut"));
      // A definition near the right edge opens to the left.
      const place = () => {
        const tip = term.nextElementSibling;
        tip.style.left = "0";
        const over = tip.getBoundingClientRect().right - root.clientWidth + 10;
        if (over > 0) tip.style.left = -over + "px";
      };
      term.addEventListener("mouseenter", place);
      term.addEventListener("focus", place);

      // A tap does not focus a button on every phone.
      term.addEventListener("click", () => term.focus());
    }
  }

  function themes() {
    const button = document.getElementById("theme");
    const dark = () => root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    const redraw = () => { for (const { chart } of plots) chart.redraw(false, true); };
    const label = () => { button.textContent = dark() ? "Light" : "Dark"; };
    button.hidden = false;
    button.addEventListener("click", () => { root.dataset.theme = dark() ? "light" : "dark"; label(); redraw(); });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { label(); redraw(); });
    label();

    // Paper is white and narrow: the canvases are drawn for it, and back again.
    let before;
    addEventListener("beforeprint", () => {
      before = root.dataset.theme;
      root.dataset.theme = "light";
      for (const { chart, height } of plots) chart.setSize({ width: 650, height: Math.round(height * 0.75) });
    });
    addEventListener("afterprint", () => {
      if (before === undefined) delete root.dataset.theme;
      else root.dataset.theme = before;
      fit();
    });
  }

  drawCharts();
  tradeTable();
  definitions();
  themes();
  const reset = document.getElementById("reset-zoom");
  if (reset) reset.addEventListener("click", resetZoom);
  let resizing = 0;
  addEventListener("resize", () => { cancelAnimationFrame(resizing); resizing = requestAnimationFrame(fit); });
})();

// Fills, sorts, and filters the table of trades, a page of rows at a time.
function tradeTable(trades) {
  const table = document.getElementById("trades-table");
  if (!table) return;
  const words = ["DOWN", "FLAT", "UP"];
  const place = Object.fromEntries(trades.columns.map((name, i) => [name, i]));
  const cell = {
    number: value => [value, "n"],
    entry: value => [value],
    exit: (value, row) => [value.slice(0, 10) === row[place.entry].slice(0, 10) ? value.slice(11) : value],
    side: value => [value],
    contract: value => [value],
    reason: value => [value.replaceAll("_", " ")],
    flags: value => [value.replaceAll("|", ", ").replaceAll("_", " ")],
    entryPrice: value => [formats.price(value), "n"],
    exitPrice: value => [formats.price(value), "n"],
    gross: value => [formats.result(value), "n"],
    net: value => [formats.result(value), value < 0 ? "n bad" : value > 0 ? "n good" : "n"],
    commission: value => [formats.dollars(value), "n"],
    slippage: value => [formats.dollars(value), "n"],
    confidence: value => [value === null ? "" : formats.percent(value), "n"],
    predicted: value => [value === null ? "" : words[value]],
  };
  const plain = value => [typeof value === "number" ? formats.plain(value) : value, "n"];

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
    const from = rows.length < trades.rows.length ? ` (filtered from ${formats.count(trades.rows.length)})` : "";
    output.textContent = rows.length === 0
      ? "No trade passes the filter."
      : `Rows ${formats.count(first + 1)} to ${formats.count(last)} of ${formats.count(rows.length)}${from}`;
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

// The page: its charts, its day picker, its table, its colours.
const data = JSON.parse(document.getElementById("qp-data").textContent);
const place = id => document.getElementById("chart-" + id);

// One after the other with a breath between, so that the page can be read and scrolled meanwhile.
async function drawCharts() {
  try {
    await loadECharts();
    let breath = performance.now();
    for (const chart of data.charts) {
      charts.draw(place(chart.id), chart);
      if (performance.now() - breath < 100) continue;
      await new Promise(resolve => setTimeout(resolve));
      breath = performance.now();
    }
    dayPicker();
    document.documentElement.dataset.charts = "drawn";
  } catch (error) {
    document.documentElement.dataset.charts = "failed";
    for (const host of document.querySelectorAll(".plot:not([data-drawn])"))
      host.textContent = "This chart could not be drawn by this browser.";
    throw error;
  }
}

function dayPicker() {
  const picker = document.getElementById("price-day");
  if (!picker) return;
  const show = () => charts.draw(place("prices"), data.days[picker.selectedIndex]);
  picker.addEventListener("change", show);
  for (const [id, step] of [["day-back", -1], ["day-forth", 1]])
    document.getElementById(id).addEventListener("click", () => {
      picker.selectedIndex = (picker.selectedIndex + step + picker.options.length) % picker.options.length;
      show();
    });
  show();
}

function themes() {
  const root = document.documentElement;
  const button = document.getElementById("theme");
  const system = matchMedia("(prefers-color-scheme: dark)");
  const dark = () => root.dataset.theme ? root.dataset.theme === "dark" : system.matches;
  const label = () => { button.textContent = dark() ? "Light" : "Dark"; };
  button.hidden = false;
  button.addEventListener("click", () => { root.dataset.theme = dark() ? "light" : "dark"; label(); charts.repaint(); });
  system.addEventListener("change", () => { label(); charts.repaint(); });
  label();

  // Paper is white: the charts are drawn for it, and back again.
  let before;
  addEventListener("beforeprint", () => { before = root.dataset.theme; root.dataset.theme = "light"; charts.repaint(); });
  addEventListener("afterprint", () => {
    if (before === undefined) delete root.dataset.theme;
    else root.dataset.theme = before;
    charts.repaint();
  });
}

// First, because the browser inflates the library meanwhile.
drawCharts();
tradeTable(data.trades);
definitions();
themes();
for (const button of document.querySelectorAll("[data-whole]")) button.addEventListener("click", () => charts.whole(button.dataset.whole));

"use strict";
// Numbers and instants as a person reads them: a true minus, so that columns of digits align, and dollars before their amount.
const minus = "\u2212";
const grouped = (value, least, most) =>
  Math.abs(value).toLocaleString("en-US", { minimumFractionDigits: least, maximumFractionDigits: most });
const signed = (value, digits) => (value < 0 ? minus : "") + digits;

const formats = {
  plain: value => signed(value, grouped(value, 0, 3)),
  dollars: value => signed(value, "$" + grouped(value, 2, 6)),
  result: value => (value > 0 ? "+" : "") + formats.dollars(value),
  percent: value => signed(value, grouped(value * 100, 1, 1) + " %"),
  count: value => signed(value, grouped(value, 0, 0)),
  price: value => signed(value, grouped(value, 2, 9)),
};

// On an axis cents would be noise.
const axisFormats = {
  ...formats,
  dollars: value => signed(value, "$" + grouped(value, 0, 2)),
  result: value => axisFormats.dollars(value),
  percent: value => signed(value, grouped(value * 100, 0, 1) + " %"),
};

// Instants are New York's wall clock in milliseconds, as if it were UTC: see ChartTime.
const instant = milliseconds => new Date(milliseconds).toISOString().slice(0, 19).replace("T", " ");

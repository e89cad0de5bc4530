// Line charts by uPlot, in the colours of the page.
"use strict";

// Okabe and Ito's colours, which colour-blind readers tell apart, darkened or lightened to be legible on their ground.
const palettes = {
  light: ["#0072b2", "#c44e00", "#00805e", "#b0508a", "#7a6a00", "#2f8fc4", "#a86f00", "#444444"],
  dark: ["#56b4e9", "#ff9350", "#2fd0a0", "#e79ac3", "#e8dc5a", "#9aa8ff", "#f0b429", "#dddddd"],
};
const scheme = () => matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
const colour = index => palettes[scheme()][index % 8];
const cssColour = name => getComputedStyle(document.documentElement).getPropertyValue(name);

// Every chart on the page: {title, plot}.
const charts = [];

function number(value, digits = 4) {
  if (value === null || value === undefined)
    return "–";
  const size = Math.abs(value);
  return size !== 0 && (size < 1e-3 || size >= 1e7) ? value.toExponential(digits > 3 ? 2 : 0).replace("e+", "e").replaceAll("-", "−")
    : size >= 1e4 ? Math.round(value).toLocaleString("en") : String(+value.toPrecision(digits));
}

// Whether a logarithmic axis tells more: all values are positive and span more than the given factor.
// tail: share of the least values that may lie lower, as the end of a rate that falls to zero does.
function spreads(columns, factor, tail = 0) {
  const sorted = columns.flat().filter(value => value !== null).sort((a, b) => a - b);
  return sorted[0] > 0 && sorted[sorted.length - 1] > factor * sorted[Math.ceil(tail * (sorted.length - 1))];
}

const font = "12px system-ui, sans-serif";
const axis = more => ({
  stroke: cssColour("--soft"), font, labelFont: font, gap: 4,
  grid: {stroke: cssColour("--line"), width: 1}, ticks: {stroke: cssColour("--line"), width: 1, size: 4}, ...more,
});

const whole = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].flatMap(exponent => [1, 2, 5].map(digit => digit * 10 ** exponent));
const xAxis = (unit, more) => axis({label: unit, labelSize: 16, size: 28, space: 44, ...(unit !== "minute" && {incrs: whole}), ...more});

// Where a value collapses there is no end to its decades: twelve are shown.
const logRange = (_, least, most) => uPlot.rangeLog(Math.max(least, most * 1e-12), most, 10, true);

// A single epoch stands in the middle.
const xRange = (_, least, most) => least === most ? [least - 1, most + 1] : [least, most];

// Draws series into a card: [{label, stroke, dash, width, xs, ys}], each with xs of its own.
// log: from which span on the axis is logarithmic, 0 for never; tail: see spreads.
function lineChart(host, title, series, {unit, log = 50, tail = 0, x = xRange, range, format = number, legend = true}) {
  const height = 230;
  series = series.filter(one => one.ys.some(value => value !== null));
  if (!series.length)
    return false;
  const data = uPlot.join(series.map(({xs, ys}) => {
    const known = xs.map((_, i) => i).filter(i => xs[i] !== null);
    return [known.map(i => xs[i]), known.map(i => ys[i])];
  }));
  // The legend shows the values under the pointer, else the last ones.
  const last = data.map(column => column.findLast(value => value !== null && value !== undefined));
  const logarithmic = log && spreads(series.map(one => one.ys), log, tail);
  const y = logarithmic ? {distr: 3, range: logRange} : range ? {range} : {};
  const plot = new uPlot({
    width: host.clientWidth, height,
    scales: {x: {time: false, range: x}, y},
    axes: [xAxis(unit), axis({
      size: 58, space: 32, values: (_, splits) => splits.map(split => split === null ? "" : format(split, 3)),
      grid: {...axis().grid, filter: (_, splits) => logarithmic ? splits.map(split => /^1e/.test(split.toExponential()) ? split : null) : splits},
    })],
    legend: {show: legend, markers: {dash: (plot, i) => plot.series[i].dash ? "dashed" : "solid"}},
    cursor: {points: {size: 7}, y: false},
    series: [
      {label: unit, value: (_, value, __, i) => number(i === null ? last[0] : value)},
      ...series.map(({label, stroke, dash, width = 2}, i) => ({
        label, stroke, dash, width, points: {size: 5, fill: stroke}, value: (_, value, __, at) => format(at === null ? last[i + 1] : value),
      })),
    ],
  }, data, host);
  keep(title, plot, host, height);
  return true;
}

// Lists a chart and keeps it as wide as its card.
function keep(title, plot, host, height) {
  charts.push({title, plot});
  const observer = new ResizeObserver(() => {
    if (!host.isConnected)
      observer.disconnect();
    else if (host.clientWidth !== plot.width)
      plot.setSize({width: host.clientWidth, height});
  });
  observer.observe(host);
}

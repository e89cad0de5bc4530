// The consistency report: for each figure a heat map, layers x time, and the same as lines.
"use strict";

const figures = [
  {key: "training_speed", title: "Training speed", note: "‖ΔW‖ / ‖W‖ of one step"},
  {key: "residual_rms", title: "Residual", note: "root mean square of ∂loss/∂y at the layer's output"},
  {key: "input_rms", title: "Input scale", note: "root mean square of the layer's inputs"},
  {key: "residual_to_input", title: "Residual to input", note: "ratio of the two scales: equal layers learn at equal rates"},
  {key: "propagation", title: "Residual propagation", note: "‖Wᵀ R‖ / ‖R‖: 1 passes the residual on as it is"},
  {key: "norm_gain", title: "Gain of the norm before the layer", note: "factor on the residual's norm on its way back"},
  {key: "null_space_loss", title: "Lost in the null space", note: "share of the residual's energy that the weights do not pass back"},
  {key: "activation_loss", title: "Lost in the activation", note: "share of the residual's energy that the activation stops"},
  {key: "effective_rank", title: "Effective rank of the Gram matrix", note: "(Σσ)² / Σσ²: dimensions that the inputs fill"},
  {key: "damped_condition", title: "Condition of the damped Gram matrix", note: "largest to smallest eigenvalue of A + λI"},
  {key: "gram_condition", title: "Condition of the Gram matrix", note: "largest to smallest eigenvalue of A, where it is regular"},
  {key: "damping", title: "Damping", note: "λ in force"},
  {key: "factor_age", title: "Age of the factor", note: "steps since it was made"},
];

// Viridis: even steps of brightness, legible without colour.
const stops = ["440154", "482878", "3e4989", "31688e", "26828e", "1f9e89", "35b779", "6ece58", "b5de2b", "fde725"]
  .map(text => [0, 2, 4].map(i => parseInt(text.slice(i, i + 2), 16)));

function heat(share) {
  const place = Math.min(Math.max(share, 0), 1) * (stops.length - 1), low = Math.min(Math.floor(place), stops.length - 2);
  return `rgb(${stops[low].map((part, i) => Math.round(part + (stops[low + 1][i] - part) * (place - low)))})`;
}

// Colour of a layer's line by its depth, without the end of the scale that is lost on the ground.
const depth = (layer, count) => heat((scheme() === "dark" ? 0.25 : 0) + 0.75 * (count > 1 ? layer / (count - 1) : 0.5));

function consistency(section, moments) {
  for (const figure of figures) {
    const values = moments.layers.map((_, layer) => moments.at.map(line => finite(line[layer]?.[figure.key])));
    const known = values.flat().filter(value => value !== null), map = el("div"), lines = el("div");
    if (!known.length)
      continue;
    const card = el("article", {class: "card wide"}, el("h3", {}, figure.title), el("p", {class: "note"}, figure.note));
    section.append(card);
    if (known.every(value => value === known[0])) {
      card.append(el("p", {class: "readout"}, `${number(known[0])} in every layer, at all times`));
      continue;
    }
    card.append(el("div", {class: "pair"}, map, lines));
    const ends = heatMap(map, figure.title, moments, values);
    lineChart(lines, figure.title + " by layer", values.map((ys, layer) => ({
      label: moments.layers[layer], stroke: depth(layer, values.length), xs: moments.xs, ys,
    })), {unit: moments.unit, x: ends, log: 20, legend: values.length <= 24});
  }
}

// Draws the map; gives the ends of its axis.
function heatMap(host, title, {layers, xs, unit}, values) {
  let least = Infinity, most = -Infinity;
  for (const value of values.flat())
    if (value !== null)
      [least, most] = [Math.min(least, value), Math.max(most, value)];
  const logarithmic = spreads(values, 20), scale = logarithmic ? Math.log : value => value;
  const share = value => (scale(value) - scale(least)) / (scale(most) - scale(least));

  // A moment's cell reaches half-way to its neighbours.
  const edges = xs.map((x, i) => i ? (xs[i - 1] + x) / 2 : xs.length > 1 ? x - (xs[1] - x) / 2 : x - 0.5);
  edges.push(2 * xs[xs.length - 1] - edges[xs.length - 1]);
  const ends = [edges[0], edges[xs.length]], height = Math.min(Math.max(18 * layers.length, 110), 420) + 46;
  const every = Math.ceil(layers.length / ((height - 46) / 13));
  const readout = el("p", {class: "readout"});
  const plot = new uPlot({
    width: host.clientWidth, height,
    scales: {x: {time: false, range: ends}, y: {range: [-0.5, layers.length - 0.5], dir: -1}},
    axes: [xAxis(unit, {grid: {show: false}}), axis({
      size: Math.min(20 + 6.5 * Math.max(...layers.map(name => name.length)), 120), grid: {show: false},
      splits: () => layers.map((_, i) => i).filter(i => i % every === 0),
      values: (_, splits) => splits.map(i => layers[i].length > 15 ? layers[i].slice(0, 14) + "…" : layers[i]),
    })],
    legend: {show: false},
    cursor: {points: {show: false}, drag: {x: false, y: false}},
    series: [{}, {paths: () => null, points: {show: false}}],
    hooks: {
      draw: [plot => {
        const {ctx} = plot, across = edges.map(x => Math.round(plot.valToPos(x, "x", true)));
        const down = [...layers, 0].map((_, i) => Math.round(plot.valToPos(i - 0.5, "y", true)));
        values.forEach((row, layer) => row.forEach((value, i) => {
          if (value === null || across[i + 1] === across[i])
            return;
          ctx.fillStyle = heat(share(value));
          ctx.fillRect(across[i], down[layer], across[i + 1] - across[i], down[layer + 1] - down[layer]);
        }));
      }],
      setCursor: [plot => {
        const {left, top} = plot.cursor, x = plot.posToVal(left, "x"), layer = Math.round(plot.posToVal(top, "y"));
        const i = left < 0 ? -1 : edges.findLastIndex((edge, i) => i < xs.length && edge <= x);
        readout.textContent = i < 0 || !layers[layer] ? "" : `${unit} ${number(xs[i])}, ${layers[layer]}: ${number(values[layer][i])}`;
      }],
    },
  }, [xs, xs.map(() => null)], host);
  keep(title, plot, host, height);
  const middle = logarithmic ? Math.exp((scale(least) + scale(most)) / 2) : (least + most) / 2;
  host.append(el("div", {class: "scale"}, el("span", {}, number(least, 3)), el("span", {}, number(middle, 3)), el("span", {}, number(most, 3))), readout);
  host.querySelector(".scale").style.setProperty("--ramp", stops.map(stop => `rgb(${stop})`).join());
  return ends;
}

// Tables: the network, settings, speed, and what was confused with what.
"use strict";

// An element. Text of any origin only ever becomes text nodes, so that no name can become markup.
function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes))
    element.setAttribute(name, value);
  element.append(...children.map(child => child ?? "–"));
  return element;
}

// rows of cells; numeric: indices of columns that are set flush right.
function table(head, rows, numeric = []) {
  const row = (cells, tag) => el("tr", {}, ...cells.map((cell, i) =>
    el(i ? tag : "th", {...(numeric.includes(i) && {class: "number"}), ...(tag === "th" ? {scope: "col"} : !i && {scope: "row"})}, cell)));
  return el("div", {class: "scroll"}, el("table", {}, ...(head.length ? [el("thead", {}, row(head, "th"))] : []),
    el("tbody", {}, ...rows.map(cells => row(cells, "td")))));
}

const percent = share => share === null || share === undefined ? "–" : (share * 100).toFixed(2) + " %";
const count = value => finite(value) === null ? "–" : value.toLocaleString("en");

function duration(seconds) {
  if (seconds === null || seconds === undefined)
    return "–";
  const two = value => String(Math.floor(value)).padStart(2, "0");
  return seconds < 60 ? number(seconds, 3) + " s" : seconds < 3600 ? `${Math.floor(seconds / 60)} min ${two(seconds % 60)} s`
    : `${Math.floor(seconds / 3600)} h ${two(seconds / 60 % 60)} min`;
}

function networkTable({layers, parameters}) {
  const curvature = layer => layer.curvature_form ? layer.curvature_form + (layer.curvature_order ? " " + layer.curvature_order : "") : "";
  return table(["layer", "kind", "input", "output", "parameters", "curvature"], [
    ...layers.map(layer => [layer.name, layer.kind, layer.input.join(" × "), layer.output.join(" × "),
      layer.parameters ? count(layer.parameters) : "", curvature(layer)]),
    ["total", "", "", "", count(parameters), ""],
  ], [4]);
}

// One column a run; rows in which runs differ are marked.
function comparison(runs, rows) {
  const result = table(runs.length > 1 ? ["", ...runs.map(swatch)] : [], rows.filter(row => row.slice(1).some(cell => cell && cell !== "–")));
  result.classList.add("facts");
  if (runs.length > 1)
    for (const row of result.querySelectorAll("tbody tr"))
      row.classList.toggle("differs", new Set([...row.cells].slice(1).map(cell => cell.textContent)).size > 1);
  return result;
}

function swatch(run) {
  const mark = el("span", {class: "swatch"});
  mark.style.background = colour(run.index);
  return el("span", {}, mark, run.label);
}

function settings(runs) {
  const flags = [...new Set(runs.flatMap(run => Object.keys(run.facts.flags)))].sort();
  return comparison(runs, flags.map(flag => ["--" + flag, ...runs.map(run => run.facts.flags[flag] ?? "")]));
}

function speed(runs) {
  const row = (title, value) => [title, ...runs.map(value)];
  const last = (run, name) => finite(run.log[run.log.length - 1]?.[name]);
  return comparison(runs, [
    row("samples a second", run => number(run.samplesPerSecond)),
    row("seconds an epoch", run => number(run.secondsPerEpoch)),
    row("whole time", run => duration(last(run, "seconds"))),
    row("work", run => run.samplesPerSecond && run.facts.info.training_flops_per_sample
      ? number(run.samplesPerSecond * run.facts.info.training_flops_per_sample / 1e9) + " GFLOP/s" : ""),
    row("threads", run => count(run.facts.threads)),
    row("instruction set", run => run.facts.instruction_set ?? ""),
    row("memory of the network", run => run.facts.info.arena_bytes ? number(run.facts.info.arena_bytes.total / 1e6) + " MB" : ""),
    row("samples to learn from", run => count(run.facts.train_samples)),
    row("to validate on", run => run.facts.validation_samples ? count(run.facts.validation_samples) : ""),
    row("to test on", run => run.facts.test_samples ? count(run.facts.test_samples) : ""),
    row("steps an epoch", run => count(run.facts.steps_per_epoch)),
    row("damping raised", run => last(run, "damping_raised") ? count(last(run, "damping_raised")) + " times" : ""),
  ]);
}

// Classes beyond this are not drawn as a matrix: its cells would be specks.
const mostClasses = 40;

function evaluation({classes, confusion_matrix: matrix, labels, targets}) {
  if (targets)
    return [table(["target", "MSE", "MAE", "R²"], targets.map(one => [one.target, number(one.mse), number(one.mae), number(one.r2)]), [1, 2, 3])];
  const named = classes?.some(one => one.name !== undefined);
  const name = one => String(one.label ?? one.name ?? one.class);
  const shares = (classes ?? labels).map(one => [name(one), percent(one.precision), percent(one.recall), count(one.samples)]);
  const perClass = table([classes ? "class" : "label", "precision", "recall", "samples"], shares, [1, 2, 3]);
  if (!classes)
    return [perClass];
  const confused = matrix.flatMap((row, truth) => row.map((times, said) => ({truth, said, times})))
    .filter(({truth, said, times}) => truth !== said && times).sort((a, b) => b.times - a.times).slice(0, 8);
  const worst = table(["most often", "taken for", "times"], confused.map(({truth, said, times}) => [name(classes[truth]), name(classes[said]), count(times)]), [2]);
  return [...(classes.length > mostClasses ? [] : [matrixTable(classes, matrix, name, named)]), ...(confused.length ? [worst] : []), perClass];
}

function matrixTable(classes, matrix, name, named) {
  const rows = matrix.map((row, truth) => {
    const sum = row.reduce((a, b) => a + b, 0);
    return el("tr", {}, el("th", {scope: "row"}, (named ? truth + " " : "") + name(classes[truth])), ...row.map((times, said) => {
      const share = sum ? times / sum : 0;
      const cell = el("td", {class: truth === said ? "right" : "wrong", title: `${name(classes[truth])} taken for ${name(classes[said])}: ${times} of ${sum}`}, times ? String(times) : "");
      // Errors are rare: the root makes the small shares visible.
      cell.style.setProperty("--share", Math.round(100 * Math.sqrt(share)) + "%");
      cell.classList.toggle("strong", share > 0.3);
      return cell;
    }));
  });
  return el("div", {class: "scroll"}, el("table", {class: "matrix"},
    el("thead", {}, el("tr", {}, el("th", {}, "true ↓ said →"), ...classes.map(one => el("th", {scope: "col"}, String(one.class))))),
    el("tbody", {}, ...rows)));
}

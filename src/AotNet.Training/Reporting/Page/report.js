// Puts the report together: once when the page is there, and again when colours or the axis change.
"use strict";

let runs, unit = "epoch", consistencyRun = 0;

document.addEventListener("DOMContentLoaded", () => {
  runs = readRuns();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", build);
  build();
});

function build() {
  for (const {plot} of charts.splice(0))
    plot.destroy();
  const page = document.getElementById("report");
  page.replaceChildren(header());
  if (runs.length > 1)
    page.append(section("Runs", el("div", {class: "card"}, results())));
  curves(page);
  evaluations(page);
  consistencies(page);
  const [first] = runs;
  if (first.facts.info.layers.length && runs.every(run => run.facts.topology_hash === first.facts.topology_hash))
    page.append(section("Network", el("div", {class: "card"}, networkTable(first.facts.info))));
  else
    for (const run of runs.filter(run => run.facts.info.layers.length))
      page.append(section("Network of " + run.label, el("div", {class: "card"}, networkTable(run.facts.info))));
  page.append(el("div", {class: "columns"},
    ...(runs.some(run => run.facts.flags.optimizer) ? [section("Settings", el("div", {class: "card"}, settings(runs)))] : []),
    section("Speed", el("div", {class: "card"}, speed(runs)))));
}

const section = (title, ...children) => el("section", {}, el("h2", {}, title), ...children);

function header() {
  const names = [...new Set(runs.map(run => run.facts.network).filter(name => name))];
  const title = names.length ? names.join(", ") : "AotNet";
  document.title = `${title}: ${runs.map(run => run.label).join(", ")}`;
  const result = el("header", {}, el("h1", {}, title), el("p", {class: "note"}, runs.length > 1 ? `${runs.length} runs` : runs[0].name));
  if (runs.length === 1)
    result.append(tiles(runs[0]));
  return result;
}

const heldOut = (run, line, measure) => line && finite(line[("validation_" + measure in line ? "validation_" : "test_") + measure]);

function tiles(run) {
  const last = run.log[run.log.length - 1], tile = (name, value, more) =>
    el("div", {class: "tile"}, el("span", {class: "name"}, name), el("span", {class: "value"}, value), el("span", {class: "more"}, more ?? ""));
  if (!last)
    return el("p", {}, "No epoch has ended yet.");
  const set = "validation_loss" in last ? "validation" : "test", accuracy = heldOut(run, run.best, "accuracy");
  const total = run.facts.flags.epochs;
  return el("div", {class: "tiles"},
    ...(accuracy !== null && run.best ? [tile(`best ${set} accuracy`, percent(accuracy), `epoch ${run.best.epoch}`)] : []),
    ...(run.best ? [tile(`${accuracy === null ? "best " : ""}${set} loss`, number(heldOut(run, run.best, "loss")), `epoch ${run.best.epoch}`)] : []),
    ...(set === "validation" && finite(last.test_accuracy) !== null ? [tile("test accuracy", percent(last.test_accuracy), "last epoch")] : []),
    tile("training loss", number(finite(last.train_loss)), "last epoch"),
    tile("epochs", count(last.epoch), total && +total !== last.epoch ? `of ${total}` : `${count(last.step)} steps`),
    tile("time", duration(finite(last.seconds)), `${number(run.secondsPerEpoch, 3)} s an epoch`));
}

function results() {
  const last = run => run.log[run.log.length - 1] ?? {};
  return table(["run", "optimizer", "rate", "epochs", "best accuracy", "at epoch", "last accuracy", "last loss", "training loss", "time", "samples a second"],
    runs.map(run => [swatch(run), run.facts.flags.optimizer, run.facts.flags.lr, count(last(run).epoch), percent(heldOut(run, run.best, "accuracy")),
      count(run.best?.epoch), percent(finite(last(run).test_accuracy)), number(finite(last(run).test_loss)), number(finite(last(run).train_loss)),
      duration(finite(last(run).seconds)), number(run.samplesPerSecond)]), [2, 3, 4, 5, 6, 7, 8, 9, 10]);
}

const splits = [["train", "train"], ["validation", "validation"], ["test", "test"]];

// A run's series of a measure: colours tell splits apart, or runs where there are several, and dashes the splits.
function measured(measure, factor = 1) {
  return runs.flatMap(run => splits.flatMap(([split], i) => {
    // Where there is no test set its columns repeat the validation's.
    if (split === "test" && run.facts.test_samples === 0 && run.log.some(line => "validation_loss" in line))
      return [];
    const several = runs.length > 1;
    if (several && split === "validation" && run.facts.test_samples)
      return [];
    const ys = run.column(`${split}_${measure}`).map(value => value === null ? null : value * factor);
    return [{
      label: several ? `${run.label} ${split}` : split, stroke: colour(several ? run.index : i),
      dash: split === "train" ? [4, 4] : undefined, width: split === "train" ? 1.5 : 2, xs: run[unit + "s"], ys,
    }];
  }));
}

const single = name => runs.map(run => ({label: runs.length > 1 ? run.label : name.replaceAll("_", " "), stroke: colour(run.index), xs: run[unit + "s"], ys: run.column(name)}));

function curves(page) {
  if (!runs.some(run => run.log.length))
    return;
  const grid = el("div", {class: "grid"}), title = el("h2", {}, "Curves");
  page.append(el("section", {}, el("div", {class: "bar"}, title, choice("Horizontal axis", ["epoch", "minute"], unit, value => { unit = value; build(); })), grid));
  const chart = (title, note, series, options) => {
    const host = el("div"), card = el("article", {class: "card"}, el("h3", {}, title, el("small", {}, note)), host);
    grid.append(card);
    if (!lineChart(host, title, series, {unit, ...options}))
      card.remove();
  };
  chart("Loss", "mean over the samples", measured("loss"));
  chart("Accuracy", "% of answers that are right", measured("accuracy", 100), {log: 0, range: (_, least, most) => uPlot.rangeNum(least, most, {
    min: {pad: 0.1, soft: 0, mode: 3}, max: {pad: 0.1, hard: 100, mode: 0}}), format: (value, digits) => value === undefined || value === null ? "–" : digits ? number(value, digits) : value.toFixed(2)});
  chart("Learning rate", "of each epoch's last step", single("learning_rate"), {tail: 0.1, range: (_, least, most) => [0, most * 1.1]});
  chart("Speed", "training samples a second", single("samples_per_second"), {log: 0, range: (_, least, most) => [0, most * 1.1]});
}

function choice(label, values, chosen, change) {
  const select = el("select", {"aria-label": label}, ...values.map((value, i) => el("option", {value: i}, value)));
  select.selectedIndex = Math.max(values.indexOf(chosen), 0);
  select.addEventListener("change", () => change(values[select.selectedIndex], select.selectedIndex));
  return el("label", {}, label, select);
}

function evaluations(page) {
  for (const run of runs.filter(run => run.evaluation)) {
    const {set, epoch, samples, confusion_matrix: matrix} = run.evaluation;
    page.append(section((matrix ? "Confusions" : "Held-out samples") + (runs.length > 1 ? " of " + run.label : ""),
      el("p", {class: "note"}, `${count(samples)} ${set} samples after epoch ${epoch}`),
      el("div", {class: "columns"}, ...evaluation(run.evaluation).map(part => el("div", {class: "card"}, part)))));
  }
}

function consistencies(page) {
  const probed = runs.filter(run => run.moments.xs.length);
  if (!probed.length)
    return;
  const run = probed[consistencyRun] ?? probed[0], grid = el("div", {class: "grid"});
  const pick = probed.length > 1
    ? choice("Run", probed.map(one => one.label), run.label, (_, index) => { consistencyRun = index; build(); }) : "";
  page.append(el("section", {}, el("div", {class: "bar"}, el("h2", {}, "Consistency"), pick), grid));
  consistency(grid, run.moments);
}

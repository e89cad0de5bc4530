// What the runs' files say, made ready to be shown. Everything that may be missing (older runs, killed runs, regression)
// is null or empty here, and what shows it leaves it out.
"use strict";

const finite = value => typeof value === "number" && isFinite(value) ? value : null;

function readRuns() {
  const {names, runs} = JSON.parse(document.getElementById("data").textContent), labels = shortNames(names);
  return runs.map(({log, facts: [facts = {flags: {}, info: {layers: []}}], evaluation: [evaluation], consistency}, index) => {
    const column = name => log.map(line => finite(line[name]));
    const seconds = column("seconds");
    return {
      log, facts, evaluation, index, name: names[index], label: labels[index],
      epochs: column("epoch"), minutes: seconds.map(s => s === null ? null : s / 60), column,
      best: bestEpoch(log),
      secondsPerEpoch: median(seconds.map((s, i) => s === null ? null : s - (i ? seconds[i - 1] : 0))),
      samplesPerSecond: median(column("samples_per_second")),
      moments: consistencyMoments(consistency, facts.steps_per_epoch),
    };
  });
}

// The last parts of the paths, as many as tell them apart.
function shortNames(paths) {
  const parts = paths.map(path => path.split(/[\\/]+/).filter(part => part));
  for (let count = 1; ; count++) {
    const names = parts.map(list => list.slice(-count).join("/"));
    if (new Set(names).size === names.length || parts.every(list => list.length <= count))
      return names;
  }
}

// The line of the best epoch: by the validation samples where there are some, higher accuracy first, then lower loss.
function bestEpoch(log) {
  const key = log.some(line => "validation_loss" in line) ? "validation" : "test";
  const loss = line => finite(line[key + "_loss"]), accuracy = line => finite(line[key + "_accuracy"]) ?? 0;
  return log.reduce((best, line) => loss(line) === null ? best
    : !best || accuracy(line) > accuracy(best) || (accuracy(line) === accuracy(best) && loss(line) < loss(best)) ? line : best, null);
}

function median(values) {
  const sorted = values.filter(value => value !== null).sort((a, b) => a - b);
  return sorted.length ? sorted[sorted.length >> 1] : null;
}

// {layers: names from the input on, xs: positions in epochs (in steps where an epoch's length is unknown), at[x][layer]: line}.
function consistencyMoments(lines, stepsPerEpoch) {
  const layers = [], xs = [], at = [];
  let step = null;
  for (const line of lines) {
    if (line.step !== step) {
      step = line.step;
      xs.push(stepsPerEpoch ? step / stepsPerEpoch : step);
      at.push({});
    }
    layers[line.order] = line.layer;
    at[at.length - 1][line.order] = line;
  }
  return {layers: Array.from(layers, name => name ?? ""), xs, at, unit: stepsPerEpoch ? "epoch" : "step"};
}

// Runs in a copy of a report behind its own scripts, and tells the frame around it what a reader sees: asked of the
// canvases' pixels and of the layout, not of the scripts that drew them.
"use strict";

addEventListener("load", () => setTimeout(() => {
  const near = (a, b) => Math.abs(a[0] - b[0]) + Math.abs(a[1] - b[1]) + Math.abs(a[2] - b[2]) < 24;
  const sample = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
  const rgba = colour => {
    sample.clearRect(0, 0, 1, 1);
    sample.fillStyle = colour;
    sample.fillRect(0, 0, 1, 1);
    return [...sample.getImageData(0, 0, 1, 1).data];
  };
  const pixels = plot => plot.ctx.getImageData(0, 0, plot.ctx.canvas.width, plot.ctx.canvas.height);
  const at = (image, x, y) => [...image.data.slice(4 * (Math.round(y) * image.width + Math.round(x)), 4 * (Math.round(y) * image.width + Math.round(x)) + 4)];

  const facts = {
    problems, alerts, title: document.title, width: innerWidth, contentWidth: document.documentElement.scrollWidth,
    ground: rgba(getComputedStyle(document.body).backgroundColor).slice(0, 3), text: document.body.innerText,
    headings: [...document.querySelectorAll("h2")].map(heading => heading.textContent),
    images: document.querySelectorAll("img, iframe, object").length,
    matrix: [...document.querySelectorAll(".matrix tbody tr")].map(row => [...row.querySelectorAll("td")].map(cell => +cell.textContent)),
    charts: charts.map(({title, plot}) => {
      const image = pixels(plot), box = plot.root.getBoundingClientRect();
      const strokes = plot.series.slice(1).map(series => series.stroke?.(plot)).map(stroke => stroke ? rgba(stroke) : null);
      return {
        title, left: box.left, right: box.right, ink: image.data.some(value => value > 0), ratio: devicePixelRatio,
        // A point counts as drawn where the disk of five pixels at its place on the canvas has the colour of a curve: its
        // own, or one drawn over it.
        series: plot.series.slice(1).map((series, i) => {
          const points = plot.data[0].map((x, k) => [x, plot.data[i + 1][k]]).filter(([, y]) => y !== null && y !== undefined);
          const inDisk = ([x, y], colours) => {
            const left = plot.valToPos(x, "x", true), top = plot.valToPos(y, "y", true), disk = [-2, -1, 0, 1, 2];
            return disk.some(right => disk.some(down => colours.some(colour => near(at(image, left + right, top + down), colour))));
          };
          return {
            label: series.label ?? "", points,
            drawn: points.filter(point => inDisk(point, strokes)).length,
            own: points.filter(point => inDisk(point, [strokes[i]])).length,
          };
        }),
        // Colours at the middles of a heat map's cells, row by row; blank cells are null.
        cells: strokes.some(stroke => stroke) ? [] : Array.from({length: Math.round(plot.scales.y.max - plot.scales.y.min)}, (_, layer) =>
          plot.data[0].map(x => at(image, plot.valToPos(x, "x", true), plot.valToPos(layer, "y", true))).map(([r, g, b, a]) => a ? [r, g, b] : null)),
      };
    }),
  };
  parent.postMessage(JSON.stringify(facts), "*");
}, 300));

using AotNet.Benchmarks.Harness;
using AotNet.Compiler.Planning;
using AotNet.Peers.Harness;
using AotNet.Peers.Products;

namespace AotNet.Peers.Curvatures;

/// <summary>The verb <c>costs</c>: both exact forms of a layer measured, and what the planner's cost model chooses.</summary>
sealed class CostComparison(Sampling sampling)
{
    const double Tie = 0.02, Goal = 0.95;

    internal static int[] Inputs { get; } = [16, 64, 128, 300, 512, 784, 1024];

    internal static int[] Outputs { get; } = [10, 64, 128, 400, 1024];

    internal static int[] Rows { get; } = [8, 32, 128, 512];

    internal Report Run(IReadOnlyList<int> inputs, IReadOnlyList<int> outputs, IReadOnlyList<int> rows)
    {
        var report = new Report("The planner's choice between the primal and the dual form", sampling);
        report.Line();
        report.Line("Times are of a dense layer's weight gradient, bias gradient and decorrelation, one thread; of the two primal "
            + "forms, to solve for the gradient or for the inputs, the one that the planner takes. Loss: by how much the chosen form is "
            + $"slower than the other; up to {Tie:P0} counts as a tie, and as right.");
        Table table = report.Table("inputs x outputs", "rows", Column.Time("primal µs"), Column.Time("dual µs"),
            Column.Ratio("primal / dual"), new Column("chosen", 13), new Column("loss", 7));
        List<double> losses = [];
        int ties = 0;
        foreach (int width in inputs)
        {
            foreach (int height in outputs)
            {
                foreach (int count in rows)
                {
                    var shape = new LayerShape(width, height);
                    Timing[] timings = Measure(shape, count);
                    LayerCurvature chosen = CurvatureLayer.Chosen(shape, count);
                    double ratio = timings[0].Median / timings[1].Median;
                    double loss = Math.Max(0, (chosen.Form == CurvatureForm.Dual ? 1 / ratio : ratio) - 1);
                    losses.Add(loss);
                    ties += loss is > 0 and <= Tie ? 1 : 0;
                    table.Row(shape.ToString(), $"{count}", timings[0].Microseconds, timings[1].Microseconds,
                        Ratio.Of(timings[0], timings[1]).ToString(), chosen.FormName,
                        loss > Tie ? $"{loss:P1}" : loss > 0 ? "tie" : "");
                }
            }
        }
        double[] wrong = [.. losses.Where(static loss => loss > Tie)];
        double right = (double)(losses.Count - wrong.Length) / losses.Count;
        report.Line();
        report.Line($"The planner is right in {losses.Count - wrong.Length} of {losses.Count} cases, {right:P1} (goal {Goal:P0}), "
            + $"{ties} of them ties. "
            + (wrong.Length == 0 ? "" : $"Wrong choices lose {wrong.Average():P1} on average, {wrong.Max():P1} at most."));
        return report;
    }

    Timing[] Measure(LayerShape shape, int rows)
    {
        using var primal = new CurvatureLayer(shape, rows, Curvature.Primal);
        using var dual = new CurvatureLayer(shape, rows, Curvature.Dual);
        using EmittedPass primalPass = primal.Whole(), dualPass = dual.Whole();
        Timing[] timings = Alternation.Measure(sampling, new Contestant(primalPass.Run), new Contestant(dualPass.Run));
        if (primalPass.DampingRaised + dualPass.DampingRaised != 0)
            throw new PeersException($"A factorisation of {shape} with {rows} rows raised its damping; the measurement is worth nothing.");
        return timings;
    }
}

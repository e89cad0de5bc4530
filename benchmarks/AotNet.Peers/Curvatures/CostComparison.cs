using AotNet.Benchmarks.Harness;
using AotNet.Compiler.Planning;
using AotNet.Peers.Harness;
using AotNet.Peers.Products;

namespace AotNet.Peers.Curvatures;

/// <summary>The verb <c>costs</c>: both exact forms of a layer measured, dense or a convolution, and what the planner's cost model chooses.</summary>
sealed class CostComparison(Sampling sampling)
{
    const double Tie = 0.02, Goal = 0.95;

    internal static int[] Inputs { get; } = [16, 64, 128, 300, 512, 784, 1024];

    internal static int[] Outputs { get; } = [10, 64, 128, 400, 1024];

    internal static int[] Rows { get; } = [8, 32, 128, 512];

    static readonly ConvolutionShape[] Convolutions = [.. from shape in new (int Extent, int Kernel)[] { (2, 3), (4, 3), (8, 3), (4, 5) }
        from channels in new[] { 16, 64, 128 } from outputs in new[] { 16, 64, 256 } select new ConvolutionShape(shape.Extent, channels, outputs, shape.Kernel)];

    static readonly int[] Samples = [2, 8, 32];

    internal Report Run(IReadOnlyList<int> inputs, IReadOnlyList<int> outputs, IReadOnlyList<int> rows)
    {
        var report = new Report("The planner's choice between the primal and the dual form", sampling);
        report.Line();
        report.Line("Times are of a dense layer's weight gradient, bias gradient and decorrelation, one thread; of the two primal "
            + "forms, to solve for the gradient or for the inputs, the one that the planner takes. Loss: by how much the chosen form is "
            + $"slower than the other; up to {Tie:P0} counts as a tie, and as right.");
        var dense = new Choices(report, "inputs x outputs");
        foreach (LayerShape shape in from width in inputs from height in outputs select new LayerShape(width, height))
            foreach (int count in rows)
                Compare(dense, $"{shape}", count, CurvatureLayer.Chosen(shape, count), form => new CurvatureLayer(shape, count, form));
        dense.Conclude();
        AddConvolutions(report);
        return report;
    }

    void AddConvolutions(Report report)
    {
        report.Line();
        report.Line("The same of convolutions by the Gram of their patches, primal, or by that of the samples' windows, dual.");
        var choices = new Choices(report, "image, channels to outputs, kernel");
        foreach (ConvolutionShape shape in Convolutions)
            foreach (int count in Samples)
                Compare(choices, $"{shape}", count, CurvatureLayer.Chosen(shape, count), form => new CurvatureLayer(shape, count, form));
        choices.Conclude();
    }

    void Compare(Choices choices, string layer, int rows, LayerCurvature chosen, Func<Curvature, CurvatureLayer> make)
    {
        Timing[] timings = Measure(layer, rows, make);
        choices.Add(layer, rows, timings[0], timings[1], chosen);
    }

    Timing[] Measure(string layer, int rows, Func<Curvature, CurvatureLayer> make)
    {
        using CurvatureLayer primal = make(Curvature.Primal), dual = make(Curvature.Dual);
        using EmittedPass primalPass = primal.Whole(), dualPass = dual.Whole();
        Timing[] timings = Alternation.Measure(sampling, new Contestant(primalPass.Run), new Contestant(dualPass.Run));
        if (primalPass.DampingRaised + dualPass.DampingRaised != 0)
            throw new PeersException($"A factorisation of {layer} with {rows} rows raised its damping; the measurement is worth nothing.");
        return timings;
    }

    /// <summary>A table of choices, how often they are right, and what they cost where they are not.</summary>
    sealed class Choices(Report report, string layers)
    {
        readonly Table table = report.Table(layers, "rows", Column.Time("primal µs"), Column.Time("dual µs"),
            Column.Ratio("primal / dual"), new Column("chosen", 13), new Column("loss", 7));
        readonly List<double> losses = [];

        internal void Add(string layer, int rows, Timing primal, Timing dual, LayerCurvature chosen)
        {
            double ratio = primal.Median / dual.Median;
            double loss = Math.Max(0, (chosen.Form is CurvatureForm.Dual or CurvatureForm.PatchesDual ? 1 / ratio : ratio) - 1);
            losses.Add(loss);
            table.Row(layer, $"{rows}", primal.Microseconds, dual.Microseconds, Ratio.Of(primal, dual).ToString(), chosen.FormName,
                loss > Tie ? $"{loss:P1}" : loss > 0 ? "tie" : "");
        }

        internal void Conclude()
        {
            double[] wrong = [.. losses.Where(static loss => loss > Tie)];
            double right = (double)(losses.Count - wrong.Length) / losses.Count;
            report.Line();
            report.Line($"The planner is right in {losses.Count - wrong.Length} of {losses.Count} cases, {right:P1} (goal {Goal:P0}), "
                + $"{losses.Count(static loss => loss is > 0 and <= Tie)} of them ties. "
                + (wrong.Length == 0 ? "" : $"Wrong choices lose {wrong.Average():P1} on average, {wrong.Max():P1} at most."));
        }
    }
}

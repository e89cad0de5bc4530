using AotNet.Benchmarks.Harness;
using AotNet.Peers.Harness;
using AotNet.Peers.Libraries;
using AotNet.Peers.Products;

namespace AotNet.Peers.Curvatures;

/// <summary>The verb <c>curvature</c>: the parts of both exact forms, and the forms as a whole, beside OpenBLAS.</summary>
sealed class CurvatureComparison(Sampling sampling)
{
    // Sums of up to a thousand terms, and a solve of a well conditioned system.
    const double Tolerance = 1e-4;

    static readonly int[] Batches = [32, 128, 512], RightSides = [10, 128, 512];
    static readonly int[] PrimalInputs = [128, 300, 512, 784, 1024], DualInputs = [128, 512, 784];

    int cases, faster;
    double leastRatio = double.PositiveInfinity;

    internal Report Run()
    {
        OpenBlas.Require(1);
        var report = new Report("Curvature of a dense layer, one thread", sampling);
        report.Line($"{OpenBlas.Version}.");
        report.Line();
        report.Line("Ours are the kernels of a compiled plan. Ratios: OpenBLAS's time over ours, above 1 when ours is faster. Gram: one "
            + "triangle, means of the inputs for the bias included in the primal form; OpenBLAS ssyrk of the inputs with a column of "
            + "ones, or ssyrk and sgemv, the faster. Factor: the triangle copied, damped and factored; spotrf of either triangle. Solve: "
            + "right side copied, both substitutions; two strsm or spotrs, the faster. Whole: weight gradient, bias gradient and all of "
            + "these; OpenBLAS solves for the gradient or, in the primal form, for the inputs, the faster. Order counts the bias.");
        Parts(report, Curvature.Primal, PrimalInputs);
        Parts(report, Curvature.Dual, DualInputs);
        Forms(report);
        report.Line();
        report.Line($"Ours is at least as fast as OpenBLAS in {faster} of {cases} cases, least ratio {leastRatio:0.00}.");
        return report;
    }

    void Parts(Report report, Curvature form, int[] widths)
    {
        report.Line();
        report.Line(form == Curvature.Primal ? "## Primal: Gram of the inputs" : "## Dual: Gram of the samples");
        Table table = report.Table("part  ", "order", "rows", "inputs", "right sides", Column.Time("ours µs"), "of peak",
            Column.Ratio("OpenBLAS / ours"));
        foreach (Stage stage in Enum.GetValues<Stage>())
        {
            // What a part does not depend on does not vary.
            bool varyInputs = form == Curvature.Primal || stage == Stage.Gram;
            bool varyRows = form == Curvature.Dual || stage == Stage.Gram;
            foreach (int inputs in varyInputs ? widths : [widths[0]])
                // With few rows a plan solves for the inputs in place of a primal gradient.
                foreach (int rows in varyRows ? Batches : [Batches[^1]])
                    foreach (int outputs in stage == Stage.Solve ? RightSides : [RightSides[0]])
                        Part(table, stage, form, rows, new LayerShape(inputs, outputs));
        }
    }

    void Part(Table table, Stage stage, Curvature form, int rows, LayerShape shape)
    {
        using var layer = new CurvatureLayer(shape, rows, form);
        using var blas = new BlasCurvature(shape, rows, form, layer);
        using (EmittedPass whole = layer.Whole())
            whole.Run(1);
        using EmittedPass pass = layer.Pass(stage);
        Action<int> ours = pass.Run;
        if (stage == Stage.Solve && form == Curvature.Primal)
        {
            float[] rightSide = blas.RightSide.ToArray(), weights = rightSide[..^shape.Outputs], bias = rightSide[^shape.Outputs..];
            ours = times =>
            {
                for (int i = 0; i < times; i++)
                {
                    layer.RestoreGradient(weights, bias);
                    pass.Run(1);
                }
            };
        }
        double order = form == Curvature.Primal ? shape.Inputs + 1 : rows;
        double flops = stage switch
        {
            Stage.Gram => order * order * (form == Curvature.Primal ? rows : shape.Inputs),
            Stage.Factor => order * order * order / 3,
            _ => 2 * order * order * shape.Outputs,
        };
        Contestant peer = stage switch
        {
            Stage.Gram => blas.Gram,
            Stage.Factor => blas.Factor,
            _ => blas.Solve,
        };
        (Timing timing, Ratio ratio, double peak) = Measure(new Contestant(ours), peer);
        if (pass.DampingRaised != 0)
            throw new PeersException("A factorisation of ours raised its damping; the measurement is worth nothing.");
        table.Row(stage.ToString().ToLowerInvariant(), $"{order}", stage == Stage.Gram || form == Curvature.Dual ? $"{rows}" : "",
            stage == Stage.Gram || form == Curvature.Primal ? $"{shape.Inputs}" : "", stage == Stage.Solve ? $"{shape.Outputs}" : "",
            timing.Microseconds, $"{flops / timing.Median / peak:P1}", ratio.ToString());
    }

    void Forms(Report report)
    {
        report.Line();
        report.Line("## Whole forms");
        Table table = report.Table("inputs x outputs", "rows", Column.Time("primal µs"), Column.Ratio("OpenBLAS / ours"),
            Column.Time("dual µs"), Column.Ratio("OpenBLAS / ours"));
        foreach (int inputs in DualInputs)
        {
            foreach (int rows in Batches)
            {
                var shape = new LayerShape(inputs, 512);
                (Timing primal, Ratio primalRatio) = Form(shape, rows, Curvature.Primal);
                (Timing dual, Ratio dualRatio) = Form(shape, rows, Curvature.Dual);
                table.Row(shape.ToString(), $"{rows}", primal.Microseconds, primalRatio.ToString(), dual.Microseconds,
                    dualRatio.ToString());
            }
        }
    }

    (Timing Timing, Ratio Ratio) Form(LayerShape shape, int rows, Curvature form)
    {
        using var layer = new CurvatureLayer(shape, rows, form);
        using var blas = new BlasCurvature(shape, rows, form, layer);
        using EmittedPass whole = layer.Whole();
        whole.Run(1);
        Agreement.Require([.. layer.WeightGradient, .. layer.BiasGradient], blas.Gradient, Tolerance,
            $"{form} gradient of {shape} with {rows} rows");
        (Timing timing, Ratio ratio, _) = Measure(new Contestant(whole.Run), blas.All);
        return (timing, ratio);
    }

    (Timing Timing, Ratio Ratio, double Peak) Measure(Contestant ours, Contestant peer)
    {
        Timing[] timings = Alternation.Measure(sampling, ours, peer, Peak.Contestant);
        var ratio = Ratio.Of(timings[1], timings[0]);
        cases++;
        faster += ratio.Medians >= 1 ? 1 : 0;
        leastRatio = Math.Min(leastRatio, ratio.Medians);
        return (timings[0], ratio, Peak.FlopsPerSecond(timings[2]));
    }
}

using AotNet.Benchmarks.Harness;
using AotNet.Peers.Harness;
using AotNet.Peers.Libraries;
using AotNet.Training.Verbs;

namespace AotNet.Peers.Products;

/// <summary>
/// The verb <c>products</c>: every product of the grid by our kernels, OpenBLAS and libtorch, beside what bounds it.
/// </summary>
sealed class ProductComparison(Sampling sampling)
{
    const double PeakGoal = 0.95, BandwidthGoal = 0.90;

    // Sums of up to 1024 terms in another order.
    const double Tolerance = 1e-5;

    int cases, arithmeticCases, arithmeticMet, rowCases, rowMet, faster;
    double leastRatio = double.PositiveInfinity;

    /// <summary>Measures the cases that pass the filters and prints a table for each kind of product.</summary>
    internal Report Run(IReadOnlyList<ProductKind> kinds, IReadOnlyList<int> rows, IReadOnlyList<LayerShape> layers)
    {
        OpenBlas.Require(1);
        LibTorch.Require(1);
        var report = new Report("Products of a dense layer, one thread", sampling);
        report.Line($"{OpenBlas.Version}. {LibTorch.Version}.");
        report.Line();
        report.Line("Bound: the FMA peak measured in turn with the product; for one row the time to read (forward, dX) or to write (dW) "
            + "as many bytes as its matrices have, measured in turn with it too; medians of the ratios of neighbouring samples. "
            + "Padded: of peak, the result's columns counted up to whole vectors of 16. Ratios: the peer's time over ours, above 1 when "
            + "ours is faster. Peers are the fastest of their calls for the product: OpenBLAS sgemm, for one row also sgemv or sger; "
            + "libtorch addmm, linear, mm, addmm_ in place, weights stored either way. Bias included everywhere; ours divides dW by "
            + "the rows, libtorch does not.");
        foreach (ProductKind kind in kinds)
        {
            report.Line();
            report.Line($"## {Name(kind)}");
            Table table = report.Table("rows x inputs x outputs", Column.Time("ours µs"), "bound", "of bound", "of peak", "padded",
                Column.Ratio("OpenBLAS / ours"), Column.Ratio("libtorch / ours"), new Column("below", 11));
            foreach (LayerShape layer in layers)
                foreach (int count in rows)
                    Compare(table, kind, count, layer);
        }
        report.Line();
        report.Line($"{arithmeticMet} of {arithmeticCases} cases bound by arithmetic reach {PeakGoal:P0} of the peak; "
            + $"{rowMet} of {rowCases} of one row reach {BandwidthGoal:P0} of their bound; ours is at least as fast as the better peer in "
            + $"{faster} of {cases}, least ratio {leastRatio:0.00}.");
        return report;
    }

    void Compare(Table table, ProductKind kind, int rows, LayerShape layer)
    {
        using var ours = new ProductPass(kind, rows, layer.Inputs, layer.Outputs);
        using var blas = new BlasProduct(kind, rows, layer, ours);
        using var torch = new TorchProduct(kind, rows, layer, ours);
        ours.Run();
        blas.General(1);
        Agreement.Require(ours.Result, blas.Result, Tolerance, $"{Name(kind)} of {rows}x{layer}");

        long bytes = sizeof(float) * ((long)layer.Inputs * layer.Outputs + layer.Inputs + layer.Outputs);
        using var cache = new CachePass(bytes);
        bool writes = kind == ProductKind.WeightGradient;
        Contestant bound = rows > 1 ? Peak.Contestant : new Contestant(writes ? cache.Write : cache.Read);
        // The bound on both sides of ours: whoever follows a peer begins at the clock that the peer left behind.
        List<Contestant> contestants = [bound, new(ours.Run), bound, blas.Contestant, torch.Contestant];
        if (rows == 1)
            contestants.Add(Peak.Contestant);
        Timing[] timings = Alternation.Measure(sampling, contestants);

        Timing own = timings[1];
        double boundOverOwn = (timings[0].Over(own) + timings[2].Over(own)) / 2;
        double work = 2.0 * rows * layer.Inputs * layer.Outputs / FmaPeak.RoundFlops;
        double ofPeak = work * (rows > 1 ? boundOverOwn : timings[5].Over(own)), ofBound = rows > 1 ? ofPeak : boundOverOwn;
        double padded = ofPeak * Padding(kind == ProductKind.InputGradient ? layer.Inputs : layer.Outputs);
        Ratio againstBlas = Ratio.Of(timings[3], own), againstTorch = Ratio.Of(timings[4], own);
        string below = Judge(rows, layer, ofBound, Math.Min(againstBlas.Medians, againstTorch.Medians));
        table.Row($"{rows}x{layer}", own.Microseconds, rows > 1 ? "peak" : writes ? "write" : "read", $"{ofBound:P1}",
            $"{ofPeak:P1}", $"{padded:P1}", againstBlas.ToString(), againstTorch.ToString(), below);
    }

    /// <summary>Columns of a result with the padding to whole vectors of 16, over columns without.</summary>
    static double Padding(int columns) => (columns + 15) / 16 * 16 / (double)columns;

    /// <summary>Counts a case; says which goals it misses.</summary>
    string Judge(int rows, LayerShape layer, double ofBound, double ratio)
    {
        cases++;
        leastRatio = Math.Min(leastRatio, ratio);
        if (ratio >= 1)
            faster++;
        bool met = true;
        if (rows == 1)
        {
            rowCases++;
            met = ofBound >= BandwidthGoal;
            rowMet += met ? 1 : 0;
        }
        else if (ProductShapes.ArithmeticBounds(rows, layer))
        {
            arithmeticCases++;
            met = ofBound >= PeakGoal;
            arithmeticMet += met ? 1 : 0;
        }
        return (met, ratio >= 1) switch
        {
            (true, true) => "",
            (false, true) => "bound",
            (true, false) => "peer",
            _ => "bound, peer",
        };
    }

    internal static string Name(ProductKind kind) => kind switch
    {
        ProductKind.Forward => "forward",
        ProductKind.WeightGradient => "dW",
        _ => "dX",
    };
}

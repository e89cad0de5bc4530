using AotNet.Benchmarks.Harness;
using AotNet.Training.Verbs;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace AotNet.Benchmarks;

/// <summary>
/// The products of a dense layer on one thread, as GFLOP/s and as a fraction of the FMA peak, which is measured beside
/// each of them.
/// </summary>
[Config(typeof(Figures))]
public class ProductBenchmarks
{
    /// <summary>Rows x inputs x outputs.</summary>
    [Params("128x784x512", "128x512x512", "128x512x256", "32x784x512")]
    public string Shape { get; set; } = "";

    ProductPass forward = null!, weightGradient = null!, inputGradient = null!;

    [GlobalSetup]
    public void Setup()
    {
        int[] extents = Extents(Shape);
        forward = new ProductPass(ProductKind.Forward, extents[0], extents[1], extents[2]);
        weightGradient = new ProductPass(ProductKind.WeightGradient, extents[0], extents[1], extents[2]);
        inputGradient = new ProductPass(ProductKind.InputGradient, extents[0], extents[1], extents[2]);
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        forward.Dispose();
        weightGradient.Dispose();
        inputGradient.Dispose();
    }

    /// <summary>One round of the loop that the peak is measured with.</summary>
    [Benchmark]
    public float FmaPeak() => Training.Verbs.FmaPeak.Round();

    [Benchmark]
    public void Forward() => forward.Run();

    [Benchmark]
    public void WeightGradient() => weightGradient.Run();

    [Benchmark]
    public void InputGradient() => inputGradient.Run();

    static int[] Extents(string shape) => [.. shape.Split('x').Select(int.Parse)];

    sealed class Figures : ManualConfig
    {
        public Figures()
        {
            AddJob(Job.Default.WithWarmupCount(5).WithIterationCount(15));
            AddColumn(StatisticColumn.Median, new RateColumn("GFLOP/s", "from the median",
                static (benchmark, reports) => RateColumn.Format(Rate(benchmark, reports), "0.0")));
            AddColumn(new RateColumn("of peak", "GFLOP/s over those of FmaPeak in the same run", static (benchmark, reports) =>
                RateColumn.Format(Rate(benchmark, reports) / PeakBeside(benchmark, reports), "0.0 %")));
            HideColumns(Column.Error, Column.StdDev);
        }

        /// <summary>GFLOP/s of a case.</summary>
        static double Rate(BenchmarkCase benchmark, IReadOnlyList<BenchmarkReport> reports)
        {
            double flops = benchmark.Descriptor.WorkloadMethod.Name == nameof(FmaPeak)
                ? Training.Verbs.FmaPeak.RoundFlops
                : 2.0 * Extents((string)benchmark.Parameters[nameof(Shape)]).Aggregate(1.0, static (product, extent) => product * extent);
            return flops / RateColumn.Median(reports, other => other == benchmark);
        }

        static double PeakBeside(BenchmarkCase benchmark, IReadOnlyList<BenchmarkReport> reports)
        {
            BenchmarkReport? peak = reports.FirstOrDefault(report => report.BenchmarkCase.Descriptor.WorkloadMethod.Name == nameof(FmaPeak)
                && report.BenchmarkCase.Parameters[nameof(Shape)].Equals(benchmark.Parameters[nameof(Shape)]));
            return peak is null ? double.NaN : Rate(peak.BenchmarkCase, reports);
        }
    }
}

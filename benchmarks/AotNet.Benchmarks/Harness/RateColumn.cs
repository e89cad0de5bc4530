using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace AotNet.Benchmarks.Harness;

/// <summary>A column computed from the median of a case and of others in the same summary.</summary>
/// <param name="name">Heading.</param>
/// <param name="legend">What it says.</param>
/// <param name="value">Its text, given the case and the median nanoseconds of any case.</param>
sealed class RateColumn(string name, string legend, Func<BenchmarkCase, IReadOnlyList<BenchmarkReport>, string> value) : IColumn
{
    public string Id => name;

    public string ColumnName => name;

    public string Legend => legend;

    public bool AlwaysShow => true;

    public ColumnCategory Category => ColumnCategory.Custom;

    public int PriorityInCategory => 0;

    public bool IsNumeric => true;

    public UnitType UnitType => UnitType.Dimensionless;

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase) => value(benchmarkCase, summary.Reports);

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style) => GetValue(summary, benchmarkCase);

    public bool IsAvailable(Summary summary) => true;

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    /// <summary>Median nanoseconds of the first report that matches; NaN when it did not run.</summary>
    internal static double Median(IReadOnlyList<BenchmarkReport> reports, Func<BenchmarkCase, bool> matches) =>
        reports.FirstOrDefault(report => matches(report.BenchmarkCase))?.ResultStatistics?.Median ?? double.NaN;

    internal static string Format(double value, string format) =>
        double.IsNaN(value) ? "-" : value.ToString(format, CultureInfo.InvariantCulture);
}

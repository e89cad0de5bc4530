using System.Globalization;

namespace PaperExperiments.Reports;

/// <summary>How numbers stand in tables.</summary>
static class Cells
{
    /// <summary>What stands where there is nothing.</summary>
    public const string None = "-";

    /// <summary>A figure with two decimals.</summary>
    public static string Number(double? value) => value?.ToString("F2", CultureInfo.InvariantCulture) ?? None;

    /// <summary>A positive figure of any size with three significant digits.</summary>
    public static string Figures(double value) => double.IsFinite(value) ? value.ToString("G3", CultureInfo.InvariantCulture) : None;

    /// <summary>The mean of a sample.</summary>
    public static string Mean(Sample? sample) => Number(sample?.Mean);

    /// <summary>Smallest to largest of a sample.</summary>
    public static string Range(Sample? sample) => sample is null ? None : $"{Number(sample.Least)} to {Number(sample.Most)}";

    /// <summary>By how much a sample's mean exceeds a reference figure, with its sign.</summary>
    public static string Difference(Sample? sample, double reference) =>
        sample is null ? None : (sample.Mean - reference).ToString("+0.00;-0.00;0.00", CultureInfo.InvariantCulture);

    /// <summary>Whether a sample's mean lies within a bound of a reference figure.</summary>
    public static string Verdict(Sample? sample, double bound, double reference) =>
        sample is null ? None : sample.IsWithin(bound, reference) ? "yes" : "no";
}

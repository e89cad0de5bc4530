namespace PaperExperiments.Reports;

/// <summary>Some measurements of one thing.</summary>
/// <param name="values">The measurements, at least one.</param>
sealed class Sample(IReadOnlyList<double> values)
{
    /// <summary>How many there are.</summary>
    public int Count => values.Count;

    /// <summary>Their mean.</summary>
    public double Mean { get; } = values.Average();

    /// <summary>The smallest.</summary>
    public double Least { get; } = values.Min();

    /// <summary>The largest.</summary>
    public double Most { get; } = values.Max();

    /// <summary>Whether the mean lies within <paramref name="bound"/> of a reference figure.</summary>
    public bool IsWithin(double bound, double reference) => Math.Abs(Mean - reference) <= bound;
}

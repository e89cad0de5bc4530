using AotNet.Reference;

namespace AotNet.Numerics.Tests.Harness;

/// <summary>Collects everything that differs by more than a tolerance and fails with all of it at once.</summary>
public sealed class Comparison(double tolerance)
{
    readonly List<string> problems = [];

    /// <summary>A number, relative to its magnitude.</summary>
    public void Number(string what, double expected, double actual)
    {
        double error = Math.Abs(expected - actual) / Math.Max(Math.Abs(expected), 1e-3);
        if (!(error <= tolerance))
            problems.Add($"{what} is {actual:R}, expected {expected:R}");
    }

    /// <summary>A count.</summary>
    public void Exactly(string what, long expected, long actual)
    {
        if (expected != actual)
            problems.Add($"{what} is {actual}, expected {expected}");
    }

    /// <summary>An array by normalised error: |difference| / |expected| in the Euclidean norm.</summary>
    /// <param name="what">Its name.</param>
    /// <param name="expected">Expected values.</param>
    /// <param name="actual">Actual values, row after row.</param>
    /// <param name="scale">
    /// Root mean square that values of this kind have; arrays far below it, zero in theory perhaps, are compared to a tenth
    /// of it. 0 where the array's own magnitude will do.
    /// </param>
    public void Values(string what, Matrix expected, float[] actual, double scale)
    {
        if (actual.Length != expected.Values.Length)
        {
            problems.Add($"{what} has {actual.Length} values, expected {expected.Values.Length}");
            return;
        }
        double difference = Math.Sqrt(expected.Values.Zip(actual).Sum(static pair => (pair.First - pair.Second) * (pair.First - pair.Second)));
        double norm = Math.Max(Math.Sqrt(expected.SquaredNorm()), 0.1 * scale * Math.Sqrt(actual.Length));
        double error = difference / Math.Max(norm, 1e-30);
        if (!(error <= tolerance))
            problems.Add($"{what} differs by {error:E2}");
    }

    /// <summary>Fails when anything differed.</summary>
    public void Check() => Assert.True(problems.Count == 0, string.Join("\n", problems));
}

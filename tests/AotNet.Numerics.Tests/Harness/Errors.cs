namespace AotNet.Numerics.Tests.Harness;

/// <summary>Distances between what was expected and what came out.</summary>
public static class Errors
{
    /// <summary>Largest difference, relative to the largest expected value; NaN when lengths differ or anything is NaN.</summary>
    /// <param name="expected">Expected values.</param>
    /// <param name="actual">Actual values.</param>
    /// <param name="floor">Least scale, for values that are zero in theory and noise in practice.</param>
    public static double Largest(IReadOnlyList<double> expected, IReadOnlyList<double> actual, double floor = 1e-300)
    {
        if (expected.Count != actual.Count)
            return double.NaN;
        double difference = 0, scale = floor;
        for (int i = 0; i < expected.Count; i++)
        {
            if (double.IsNaN(expected[i]) || double.IsNaN(actual[i]))
                return double.NaN;
            difference = Math.Max(difference, Math.Abs(expected[i] - actual[i]));
            scale = Math.Max(scale, Math.Abs(expected[i]));
        }
        return difference / scale;
    }
}

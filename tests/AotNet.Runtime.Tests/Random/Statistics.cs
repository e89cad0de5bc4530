namespace AotNet.Runtime.Tests.Random;

static class Statistics
{
    /// <summary>Chi-square against equal frequencies: both too uneven and too even fail, at five standard deviations.</summary>
    internal static void AssertUniform(ReadOnlySpan<long> counts)
    {
        long total = 0;
        foreach (long count in counts)
            total += count;
        double expected = (double)total / counts.Length;
        double chiSquare = 0;
        foreach (long count in counts)
            chiSquare += (count - expected) * (count - expected) / expected;
        double freedom = counts.Length - 1;
        Assert.InRange((chiSquare - freedom) / Math.Sqrt(2 * freedom), -5, 5);
    }
}

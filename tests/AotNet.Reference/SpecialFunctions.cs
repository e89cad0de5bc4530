using System.Globalization;

namespace AotNet.Reference;

/// <summary>What <see cref="Math"/> does not offer.</summary>
public static class SpecialFunctions
{
    /// <summary>
    /// The error function to about 1e-15: a series for small arguments, the continued fraction of its complement
    /// beyond (Abramowitz and Stegun 7.1.6 and 7.1.14).
    /// </summary>
    public static double Erf(double x)
    {
        const double seriesLimit = 3;
        if (double.IsNaN(x))
            return x;
        double magnitude = Math.Abs(x);
        return Math.Sign(x) * (magnitude < seriesLimit ? ErfSeries(magnitude) : 1 - ErfcFraction(magnitude));
    }

    /// <summary>Φ, the distribution function of N(0, 1).</summary>
    public static double NormalDistribution(double x) => x < 0
        ? x > -3 ? 0.5 * (1 + Erf(x / Math.Sqrt(2))) : 0.5 * ErfcFraction(-x / Math.Sqrt(2))
        : 0.5 * (1 + Erf(x / Math.Sqrt(2)));

    /// <summary>φ, the density of N(0, 1).</summary>
    public static double NormalDensity(double x) => Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI);

    /// <summary>1 / (1 + exp(-x)), without overflow.</summary>
    public static double Sigmoid(double x) => x >= 0 ? 1 / (1 + Math.Exp(-x)) : Math.Exp(x) / (1 + Math.Exp(x));

    /// <summary>
    /// The number that a float setting was written as: 0.1 for 0.1f. Settings pass through the graph as floats; the
    /// reference means the decimal in the declaration.
    /// </summary>
    internal static double AsWritten(float setting) =>
        double.Parse(setting.ToString("R", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    /// <summary>2/√π exp(-x²) Σ 2ⁿ x²ⁿ⁺¹ / (1·3·...·(2n+1)): all terms positive, so that nothing cancels.</summary>
    static double ErfSeries(double x)
    {
        double term = x, sum = x;
        for (int n = 1; term > 1e-18 * sum; n++)
        {
            term *= 2 * x * x / (2 * n + 1);
            sum += term;
        }
        return 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum;
    }

    /// <summary>1 - erf(x) for x of 2 or more.</summary>
    static double ErfcFraction(double x)
    {
        if (double.IsPositiveInfinity(x))
            return 0;
        double fraction = x;
        for (int k = 120; k >= 1; k--)
            fraction = x + k / 2.0 / fraction;
        return Math.Exp(-x * x) / Math.Sqrt(Math.PI) / fraction;
    }
}

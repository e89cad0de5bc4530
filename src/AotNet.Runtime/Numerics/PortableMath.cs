namespace AotNet.Runtime;

/// <summary>
/// Double-precision functions from basic arithmetic alone. The ones of <see cref="Math"/> come from each system's C
/// library and differ in the last bit, but the same seed must give the same network on every machine. A fused
/// multiply-add is one rounding everywhere.
/// </summary>
static partial class PortableMath
{
    const double Ln2 = 0.6931471805599453;
    const double SquareRootOfTwo = 1.4142135623730951;

    // 2 (s + s³/3 + s⁵/5 + ...), from the last term to the first.
    static ReadOnlySpan<double> LogTerms =>
        [1.0 / 21, 1.0 / 19, 1.0 / 17, 1.0 / 15, 1.0 / 13, 1.0 / 11, 1.0 / 9, 1.0 / 7, 1.0 / 5, 1.0 / 3, 1.0];

    // Each term of the cosine and of the sine over the one before it, last to first, without r².
    static ReadOnlySpan<double> CosineRatios =>
        [-1.0 / (16 * 15), -1.0 / (14 * 13), -1.0 / (12 * 11), -1.0 / (10 * 9), -1.0 / (8 * 7), -1.0 / (6 * 5), -1.0 / (4 * 3), -1.0 / 2];

    static ReadOnlySpan<double> SineRatios =>
        [-1.0 / (17 * 16), -1.0 / (15 * 14), -1.0 / (13 * 12), -1.0 / (11 * 10), -1.0 / (9 * 8), -1.0 / (7 * 6), -1.0 / (5 * 4), -1.0 / (3 * 2)];

    /// <summary>Natural logarithm of a positive normal number, to about 1e-15.</summary>
    internal static double Log(double x)
    {
        long bits = BitConverter.DoubleToInt64Bits(x);
        int exponent = (int)(bits >> 52) - 1023;
        double m = BitConverter.Int64BitsToDouble((bits & 0xFFFFFFFFFFFFF) | (1023L << 52));
        if (m > SquareRootOfTwo)
        {
            m *= 0.5;
            exponent++;
        }

        // log m = 2 (s + s³/3 + s⁵/5 + ...), |s| below 0.172.
        double s = (m - 1) / (m + 1);
        double square = s * s;
        double sum = 0;
        foreach (double term in LogTerms)
            sum = Math.FusedMultiplyAdd(sum, square, term);
        return exponent * Ln2 + 2 * s * sum;
    }

    /// <summary>e to the power of <paramref name="x"/> from -708 to 0, to about 1e-14 of it; what is less counts as -708.</summary>
    internal static double Exp(double x)
    {
        x = Math.Max(x, -708);
        int exponent = (int)(x / Ln2 - 0.5);
        double r = Math.FusedMultiplyAdd(-exponent, Ln2, x); // at most ln 2 / 2 in magnitude

        // 1 + r (1 + r/2 (1 + r/3 (...))).
        double sum = 1;
        for (int term = 13; term > 0; term--)
            sum = Math.FusedMultiplyAdd(r / term, sum, 1);
        return sum * BitConverter.Int64BitsToDouble((exponent + 1023L) << 52);
    }

    /// <summary>Cosine and sine of 2π <paramref name="turns"/> for turns from 0 to 1, to about 1e-15.</summary>
    internal static (double Cosine, double Sine) CosineSine(double turns)
    {
        int quarter = (int)(4 * turns + 0.5);
        double r = (turns - quarter * 0.25) * (2 * Math.PI); // at most π/4 in magnitude
        double square = r * r;
        double cosine = 1, sine = 1;
        for (int i = 0; i < CosineRatios.Length; i++)
        {
            cosine = Math.FusedMultiplyAdd(square * CosineRatios[i], cosine, 1);
            sine = Math.FusedMultiplyAdd(square * SineRatios[i], sine, 1);
        }
        sine *= r;
        return (quarter & 3) switch
        {
            0 => (cosine, sine),
            1 => (-sine, cosine),
            2 => (-cosine, -sine),
            _ => (sine, -cosine),
        };
    }

    /// <summary>x to a whole power by repeated squaring.</summary>
    internal static double Power(double x, long exponent)
    {
        double power = 1;
        Span<double> factors = [1, x];
        for (; exponent > 0; exponent >>= 1)
        {
            // No branch: the bits of a step's number are as good as random.
            power *= factors[(int)(exponent & 1)];
            factors[1] = x *= x;
        }
        return power;
    }
}

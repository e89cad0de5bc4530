using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using I = System.Runtime.Intrinsics.Vector256<int>;
using V = System.Runtime.Intrinsics.Vector256<float>;
using Vec = System.Runtime.Intrinsics.Vector256;

namespace AotNet.Runtime;

/// <summary>The 256-bit half; the file of the 512-bit half differs only in its aliases.</summary>
public static partial class VectorMath
{
    /// <inheritdoc cref="Exp(float)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Exp(V x)
    {
        x = Clamp(x, Vec.Create(ExpSmallest), Vec.Create(ExpLargest));
        V q = ExpReduced(x, out I n);

        // 2ⁿ in two factors: n runs from -150 to 128, beyond the exponents of normal numbers on both sides.
        I half = Vec.ShiftRightArithmetic(n, 1);
        V first = PowerOfTwo(half);
        V second = PowerOfTwo(n - half);
        return (q + V.One) * first * second;
    }

    /// <inheritdoc cref="Log(float)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Log(V x)
    {
        V denormal = Vec.LessThan(x, Vec.Create(SmallestNormal));
        V normal = Vec.ConditionalSelect(denormal, x * Vec.Create(TwoTo23), x);
        V shift = Vec.ConditionalSelect(denormal, Vec.Create(-(float)MantissaBits), V.Zero);

        // x = 2ᵉ (1 + f) with 2/3 <= 1 + f < 4/3, so that f is exact and small.
        I offset = normal.AsInt32() - Vec.Create(TwoThirdsBits);
        V e = Vec.ConvertToSingle(Vec.ShiftRightArithmetic(offset, MantissaBits)) + shift;
        V f = ((offset & Vec.Create((1 << MantissaBits) - 1)) + Vec.Create(TwoThirdsBits)).AsSingle() - V.One;

        V p = Vec.Create(L7);
        p = Vec.FusedMultiplyAdd(p, f, Vec.Create(L6));
        p = Vec.FusedMultiplyAdd(p, f, Vec.Create(L5));
        p = Vec.FusedMultiplyAdd(p, f, Vec.Create(L4));
        p = Vec.FusedMultiplyAdd(p, f, Vec.Create(L3));
        p = Vec.FusedMultiplyAdd(p, f, Vec.Create(L2));
        p = Vec.FusedMultiplyAdd(p, f, Vec.Create(L1));
        p = Vec.FusedMultiplyAdd(p, f, Vec.Create(L0));
        p = Vec.FusedMultiplyAdd(p, f, Vec.Create(-0.5f));
        V y = Vec.FusedMultiplyAdd(f * f, p, f);
        y = Vec.FusedMultiplyAdd(e, Vec.Create(Ln2Lower), y);
        y = Vec.FusedMultiplyAdd(e, Vec.Create(Ln2Upper), y);

        y = Vec.ConditionalSelect(Vec.LessThan(x, Vec.Create(float.PositiveInfinity)), y, x);
        y = Vec.ConditionalSelect(Vec.LessThan(x, V.Zero), Vec.Create(float.NaN), y);
        return Vec.ConditionalSelect(Vec.Equals(x, V.Zero), Vec.Create(float.NegativeInfinity), y);
    }

    /// <inheritdoc cref="Tanh(float)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Tanh(V x)
    {
        // tanh |x| = t / (t + 2) with t = exp(2|x|) - 1, computed as 2ⁿ q + (2ⁿ - 1): without cancellation near 0.
        V y = Vec.Abs(x);
        y = Vec.ConditionalSelect(Vec.GreaterThan(y, Vec.Create(TanhSaturation)), Vec.Create(TanhSaturation), y);
        V q = ExpReduced(y + y, out I n);
        V scale = PowerOfTwo(n);
        V t = Vec.FusedMultiplyAdd(scale, q, scale - V.One);
        V d = t + Vec.Create(2f);
        V s = t / d;

        // 1 / d = (1 - s) / 2 loses its digits as s nears 1, where s needs no refining any more.
        V reciprocal = Vec.FusedMultiplyAdd(s, Vec.Create(-0.5f), Vec.Create(0.5f));
        reciprocal = Vec.ConditionalSelect(Vec.GreaterThan(t, Vec.Create(TanhLargeExponential)), V.Zero, reciprocal);
        return CopySign(Refine(s, t, d, t - (d - Vec.Create(2f)), reciprocal), x);
    }

    /// <inheritdoc cref="Sigmoid(float)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Sigmoid(V x)
    {
        // The exponential of -|x| cannot overflow, and is the numerator where the result is small.
        V e = Exp(-Vec.Abs(x));
        V negative = Vec.LessThan(x, V.Zero);
        V numerator = Vec.ConditionalSelect(negative, e, V.One);
        V d = e + V.One;
        V s = numerator / d;
        return Refine(s, numerator, d, e - (d - V.One), Vec.ConditionalSelect(negative, V.One - s, s));
    }

    /// <inheritdoc cref="Erf(float)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Erf(V x)
    {
        V y = Vec.Abs(x);
        V square = x * x;
        V small = Vec.Create(R6);
        small = Vec.FusedMultiplyAdd(small, square, Vec.Create(R5));
        small = Vec.FusedMultiplyAdd(small, square, Vec.Create(R4));
        small = Vec.FusedMultiplyAdd(small, square, Vec.Create(R3));
        small = Vec.FusedMultiplyAdd(small, square, Vec.Create(R2));
        small = Vec.FusedMultiplyAdd(small, square, Vec.Create(R1));
        small = Vec.FusedMultiplyAdd(small, square, Vec.Create(R0));
        small = Vec.FusedMultiplyAdd(small, y, y);

        V z = Vec.ConditionalSelect(Vec.GreaterThan(y, Vec.Create(ErfSaturation)), Vec.Create(ErfSaturation), y);
        V log = Vec.Create(C6);
        log = Vec.FusedMultiplyAdd(log, z, Vec.Create(C5));
        log = Vec.FusedMultiplyAdd(log, z, Vec.Create(C4));
        log = Vec.FusedMultiplyAdd(log, z, Vec.Create(C3));
        log = Vec.FusedMultiplyAdd(log, z, Vec.Create(C2));
        log = Vec.FusedMultiplyAdd(log, z, Vec.Create(C1));
        log = Vec.FusedMultiplyAdd(log, z, Vec.Create(C0));
        V q = ExpReduced(log, out I n);
        V large = V.One - (q + V.One) * PowerOfTwo(n);

        return CopySign(Vec.ConditionalSelect(Vec.GreaterThan(y, V.One), large, small), x);
    }

    /// <inheritdoc cref="Gelu(float)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Gelu(V x)
    {
        V y = Vec.Abs(x);
        y = Vec.ConditionalSelect(Vec.GreaterThan(y, Vec.Create(GeluSaturation)), Vec.Create(GeluSaturation), y);
        V bell = ExpOfMinusHalfSquare(y, out V first, out V second);
        V below = y * NormalTail(y) * bell * first * second;
        return Vec.ConditionalSelect(Vec.LessThan(x, V.Zero), -below, x - below);
    }

    /// <inheritdoc cref="GeluGradient(float)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V GeluGradient(V x)
    {
        V y = Vec.Abs(x);
        y = Vec.ConditionalSelect(Vec.GreaterThan(y, Vec.Create(GeluSaturation)), Vec.Create(GeluSaturation), y);
        V bell = ExpOfMinusHalfSquare(y, out V first, out V second);
        V below = Vec.FusedMultiplyAdd(y, Vec.Create(-NormalDensityAtZero), NormalTail(y)) * bell * first * second;
        return Vec.ConditionalSelect(Vec.LessThan(x, V.Zero), below, V.One - below);
    }

    /// <inheritdoc cref="Silu(float)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Silu(V x)
    {
        V y = x * Sigmoid(x);
        return Vec.ConditionalSelect(Vec.LessThan(x, Vec.Create(-SiluSaturation)), V.Zero, y);
    }

    /// <inheritdoc cref="SiluGradient(float)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V SiluGradient(V x)
    {
        x = Clamp(x, Vec.Create(-SiluSaturation), Vec.Create(SiluSaturation));
        V s = Sigmoid(x);
        return s * Vec.FusedMultiplyAdd(x, V.One - s, V.One);
    }

    /// <summary>exp(y²/2) Φ(-y) for y from 0 to 15, Φ the normal distribution function: it falls smoothly and never cancels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V NormalTail(V y)
    {
        V d = y + Vec.Create(TailShift);
        V w = V.One / d;
        V u = Vec.FusedMultiplyAdd(w, Vec.Create(-TailScale), V.One);
        V p = Vec.Create(T10);
        p = Vec.FusedMultiplyAdd(p, u, Vec.Create(T9));
        p = Vec.FusedMultiplyAdd(p, u, Vec.Create(T8));
        p = Vec.FusedMultiplyAdd(p, u, Vec.Create(T7));
        p = Vec.FusedMultiplyAdd(p, u, Vec.Create(T6));
        p = Vec.FusedMultiplyAdd(p, u, Vec.Create(T5));
        p = Vec.FusedMultiplyAdd(p, u, Vec.Create(T4));
        p = Vec.FusedMultiplyAdd(p, u, Vec.Create(T3));
        p = Vec.FusedMultiplyAdd(p, u, Vec.Create(T2));
        p = Vec.FusedMultiplyAdd(p, u, Vec.Create(T1));
        p = Vec.FusedMultiplyAdd(p, u, Vec.Create(T0));
        V tail = p * w;

        // What rounding took from d and w acts like a shift of y; the slope of the tail is y tail - φ(0).
        V lost = y - (d - Vec.Create(TailShift));
        V residual = Vec.FusedMultiplyAdd(-w, lost, Vec.FusedMultiplyAdd(-w, d, V.One));
        V slope = Vec.FusedMultiplyAdd(-y, tail, Vec.Create(NormalDensityAtZero));
        return Vec.FusedMultiplyAdd(residual * d, slope, tail);
    }

    /// <summary>
    /// exp(-y²/2) in three factors for y from 0 to 15: a number from 0.7 to 1.5 and two powers of two, to be multiplied
    /// last, so that results below the normal numbers are rounded once.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V ExpOfMinusHalfSquare(V y, out V first, out V second)
    {
        // What rounding takes from y² counts: the exponential turns it into a relative error.
        V square = y * y;
        V lost = Vec.FusedMultiplyAdd(y, y, -square) * Vec.Create(-0.5f);
        V q = ExpReduced(square * Vec.Create(-0.5f), out I n) + V.One;
        I half = Vec.ShiftRightArithmetic(n, 1);
        first = PowerOfTwo(half);
        second = PowerOfTwo(n - half);
        return Vec.FusedMultiplyAdd(q, lost, q);
    }

    /// <summary>exp(r) - 1 where x = n ln 2 + r, |r| at most about ln 2 / 2; exact to rounding also near r = 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V ExpReduced(V x, out I n)
    {
        V shifted = Vec.FusedMultiplyAdd(x, Vec.Create(Log2OfE), Vec.Create(RoundingShift));
        V whole = shifted - Vec.Create(RoundingShift);
        n = shifted.AsInt32() - Vec.Create(RoundingShiftBits);
        V r = Vec.FusedMultiplyAdd(whole, Vec.Create(-Ln2Upper), x);
        r = Vec.FusedMultiplyAdd(whole, Vec.Create(-Ln2Lower), r);
        V p = Vec.Create(E4);
        p = Vec.FusedMultiplyAdd(p, r, Vec.Create(E3));
        p = Vec.FusedMultiplyAdd(p, r, Vec.Create(E2));
        p = Vec.FusedMultiplyAdd(p, r, Vec.Create(E1));
        p = Vec.FusedMultiplyAdd(p, r, Vec.Create(E0));
        return Vec.FusedMultiplyAdd(r * r, p, r);
    }

    /// <summary>
    /// Improves s = a / d to a / (d + lost), where lost is what rounding took from d, given 1 / d to a few bits:
    /// without this step three roundings add up to more than 2 units in the last place.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V Refine(V s, V a, V d, V lost, V reciprocal)
    {
        V residual = Vec.FusedMultiplyAdd(-s, lost, Vec.FusedMultiplyAdd(-s, d, a));
        return Vec.FusedMultiplyAdd(residual, reciprocal, s);
    }

    /// <summary>2ⁿ for n from -126 to 127.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V PowerOfTwo(I n) => Vec.ShiftLeft(n + Vec.Create(ExponentBias), MantissaBits).AsSingle();

    /// <summary>x within limits; NaN stays.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V Clamp(V x, V least, V most)
    {
        x = Vec.ConditionalSelect(Vec.GreaterThan(x, most), most, x);
        return Vec.ConditionalSelect(Vec.LessThan(x, least), least, x);
    }

    /// <summary>A magnitude with the sign of <paramref name="sign"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V CopySign(V magnitude, V sign) => magnitude | (sign & Vec.Create(-0f));
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using V = System.Runtime.Intrinsics.Vector256<double>;
using Vec = System.Runtime.Intrinsics.Vector256;

namespace AotNet.Runtime;

/// <summary>The functions on four numbers at once: the operations of the scalar ones in their order, and so their bits.</summary>
static partial class PortableMath
{
    // 2⁵²: the last bit of a double from here up is worth 1, so a smaller integer put into its low bits adds itself.
    const double TwoTo52 = 4503599627370496.0;

    /// <summary>The value of unsigned integers below 2⁵².</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static V ToDouble(Vector256<ulong> x) =>
        (x | Vec.Create(BitConverter.DoubleToUInt64Bits(TwoTo52))).AsDouble() - Vec.Create(TwoTo52);

    /// <inheritdoc cref="Log(double)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static V Log(V x)
    {
        Vector256<ulong> bits = x.AsUInt64();
        V exponent = ToDouble(bits >>> 52) - Vec.Create(1023.0);
        V m = ((bits & Vec.Create(0xFFFFFFFFFFFFFUL)) | Vec.Create(1023UL << 52)).AsDouble();
        V large = Vec.GreaterThan(m, Vec.Create(SquareRootOfTwo));
        m = Vec.ConditionalSelect(large, m * Vec.Create(0.5), m);
        exponent = Vec.ConditionalSelect(large, exponent + V.One, exponent);

        V s = (m - V.One) / (m + V.One);
        V square = s * s;
        // Written out: in a loop, counting would take as long as the arithmetic.
        V sum = Vec.Create(1.0 / 21);
        sum = Vec.FusedMultiplyAdd(sum, square, Vec.Create(1.0 / 19));
        sum = Vec.FusedMultiplyAdd(sum, square, Vec.Create(1.0 / 17));
        sum = Vec.FusedMultiplyAdd(sum, square, Vec.Create(1.0 / 15));
        sum = Vec.FusedMultiplyAdd(sum, square, Vec.Create(1.0 / 13));
        sum = Vec.FusedMultiplyAdd(sum, square, Vec.Create(1.0 / 11));
        sum = Vec.FusedMultiplyAdd(sum, square, Vec.Create(1.0 / 9));
        sum = Vec.FusedMultiplyAdd(sum, square, Vec.Create(1.0 / 7));
        sum = Vec.FusedMultiplyAdd(sum, square, Vec.Create(1.0 / 5));
        sum = Vec.FusedMultiplyAdd(sum, square, Vec.Create(1.0 / 3));
        sum = Vec.FusedMultiplyAdd(sum, square, Vec.Create(1.0));
        return exponent * Vec.Create(Ln2) + (s + s) * sum;
    }

    /// <inheritdoc cref="CosineSine(double)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static (V Cosine, V Sine) CosineSine(V turns)
    {
        V quarter = Vec.Floor(turns * Vec.Create(4.0) + Vec.Create(0.5));
        V r = (turns - quarter * Vec.Create(0.25)) * Vec.Create(2 * Math.PI);
        V square = r * r;
        V cosine = Term(square, -1.0 / (16 * 15), V.One);
        V sine = Term(square, -1.0 / (17 * 16), V.One);
        cosine = Term(square, -1.0 / (14 * 13), cosine);
        sine = Term(square, -1.0 / (15 * 14), sine);
        cosine = Term(square, -1.0 / (12 * 11), cosine);
        sine = Term(square, -1.0 / (13 * 12), sine);
        cosine = Term(square, -1.0 / (10 * 9), cosine);
        sine = Term(square, -1.0 / (11 * 10), sine);
        cosine = Term(square, -1.0 / (8 * 7), cosine);
        sine = Term(square, -1.0 / (9 * 8), sine);
        cosine = Term(square, -1.0 / (6 * 5), cosine);
        sine = Term(square, -1.0 / (7 * 6), sine);
        cosine = Term(square, -1.0 / (4 * 3), cosine);
        sine = Term(square, -1.0 / (5 * 4), sine);
        cosine = Term(square, -1.0 / 2, cosine);
        sine = Term(square, -1.0 / (3 * 2), sine);
        sine *= r;

        // A quarter turn takes (c, s) to (-s, c): odd quarters exchange, and the sign follows from the half turn.
        Vector256<ulong> q = (quarter + Vec.Create(TwoTo52)).AsUInt64();
        V odd = Vec.Equals(q & Vec.Create(1UL), Vec.Create(1UL)).AsDouble();
        V negativeSine = ((q & Vec.Create(2UL)) << 62).AsDouble();
        V negativeCosine = (((q + Vec.Create(1UL)) & Vec.Create(2UL)) << 62).AsDouble();
        return (Vec.ConditionalSelect(odd, sine, cosine) ^ negativeCosine, Vec.ConditionalSelect(odd, cosine, sine) ^ negativeSine);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V Term(V square, double ratio, V next) => Vec.FusedMultiplyAdd(square * Vec.Create(ratio), next, V.One);
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace AotNet.Training.Verbs;

/// <summary>
/// The most floating-point operations a second that fused multiply-adds reach here: independent chains in registers,
/// no memory. What kernels are measured against.
/// </summary>
static class FmaPeak
{
    const int Chains = 12, Rounds = 20_000;

    /// <summary>Floating-point operations of one <see cref="Round"/>.</summary>
    public static double RoundFlops => 2.0 * Chains * Rounds * (Avx512F.IsSupported ? 16 : 8);

    /// <summary>A round of multiply-adds on the widest vectors there are; its value says nothing.</summary>
    public static float Round() => Avx512F.IsSupported ? Run512(Rounds) : Run256(Rounds);

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    static float Run512(int rounds)
    {
        // x ← x/2 + 1/2 tends to 1: never denormal, never infinite.
        Vector512<float> h = Vector512.Create(0.5f);
        Vector512<float> a = h, b = h, c = h, d = h, e = h, f = h, g = h, i = h, j = h, k = h, l = h, m = h;
        for (int round = 0; round < rounds; round++)
        {
            a = Vector512.FusedMultiplyAdd(a, h, h);
            b = Vector512.FusedMultiplyAdd(b, h, h);
            c = Vector512.FusedMultiplyAdd(c, h, h);
            d = Vector512.FusedMultiplyAdd(d, h, h);
            e = Vector512.FusedMultiplyAdd(e, h, h);
            f = Vector512.FusedMultiplyAdd(f, h, h);
            g = Vector512.FusedMultiplyAdd(g, h, h);
            i = Vector512.FusedMultiplyAdd(i, h, h);
            j = Vector512.FusedMultiplyAdd(j, h, h);
            k = Vector512.FusedMultiplyAdd(k, h, h);
            l = Vector512.FusedMultiplyAdd(l, h, h);
            m = Vector512.FusedMultiplyAdd(m, h, h);
        }
        return Vector512.Sum(a + b + c + d + e + f + g + i + j + k + l + m);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    static float Run256(int rounds)
    {
        Vector256<float> h = Vector256.Create(0.5f);
        Vector256<float> a = h, b = h, c = h, d = h, e = h, f = h, g = h, i = h, j = h, k = h, l = h, m = h;
        for (int round = 0; round < rounds; round++)
        {
            a = Vector256.FusedMultiplyAdd(a, h, h);
            b = Vector256.FusedMultiplyAdd(b, h, h);
            c = Vector256.FusedMultiplyAdd(c, h, h);
            d = Vector256.FusedMultiplyAdd(d, h, h);
            e = Vector256.FusedMultiplyAdd(e, h, h);
            f = Vector256.FusedMultiplyAdd(f, h, h);
            g = Vector256.FusedMultiplyAdd(g, h, h);
            i = Vector256.FusedMultiplyAdd(i, h, h);
            j = Vector256.FusedMultiplyAdd(j, h, h);
            k = Vector256.FusedMultiplyAdd(k, h, h);
            l = Vector256.FusedMultiplyAdd(l, h, h);
            m = Vector256.FusedMultiplyAdd(m, h, h);
        }
        return Vector256.Sum(a + b + c + d + e + f + g + i + j + k + l + m);
    }
}

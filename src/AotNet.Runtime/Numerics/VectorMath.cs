using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace AotNet.Runtime;

/// <summary>
/// Elementary functions and activations on single-precision vectors. The overloads for 256 and 512 bits do the same
/// operations in the same order, so that a value's result does not depend on the width it was computed in, nor on its
/// lane, nor on the machine.
/// </summary>
/// <remarks>
/// <para><c>Exp</c>, <c>Log</c>, <c>Tanh</c>, <c>Sigmoid</c> and <c>Erf</c> are within 2 units in the last place over
/// the whole range, denormals included. NaN gives NaN; infinities give the limit, also of the activations and their
/// gradients.</para>
/// <para>Limits are applied by comparing and selecting, not by vector minima: those differ between machines in what
/// they do with NaN. Multiply-adds are written out, because the compiler never contracts them.</para>
/// </remarks>
public static partial class VectorMath
{
    /// <summary>eˣ: +∞ from 88.7229 up, denormal below -87.3366, 0 below -103.98.</summary>
    public static float Exp(float x) => Exp(Vector256.CreateScalar(x)).ToScalar();

    /// <summary>Natural logarithm; -∞ at 0, NaN below.</summary>
    public static float Log(float x) => Log(Vector256.CreateScalar(x)).ToScalar();

    /// <summary>Hyperbolic tangent.</summary>
    public static float Tanh(float x) => Tanh(Vector256.CreateScalar(x)).ToScalar();

    /// <summary>1 / (1 + e⁻ˣ).</summary>
    public static float Sigmoid(float x) => Sigmoid(Vector256.CreateScalar(x)).ToScalar();

    /// <summary>Error function, 2/√π ∫₀ˣ exp(-t²) dt.</summary>
    public static float Erf(float x) => Erf(Vector256.CreateScalar(x)).ToScalar();

    /// <summary>x Φ(x), Φ the normal distribution function; within 5 units in the last place, also where it is tiny.</summary>
    public static float Gelu(float x) => Gelu(Vector256.CreateScalar(x)).ToScalar();

    /// <summary>Derivative of <see cref="Gelu(float)"/>: Φ(x) + x φ(x).</summary>
    public static float GeluGradient(float x) => GeluGradient(Vector256.CreateScalar(x)).ToScalar();

    /// <summary>x sigmoid(x).</summary>
    public static float Silu(float x) => Silu(Vector256.CreateScalar(x)).ToScalar();

    /// <summary>Derivative of <see cref="Silu(float)"/>: s (1 + x (1 - s)), s = sigmoid(x).</summary>
    public static float SiluGradient(float x) => SiluGradient(Vector256.CreateScalar(x)).ToScalar();

    /// <summary>Sum of the lanes in a fixed order: halves are added until one lane is left.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Vector256<float> v)
    {
        Vector128<float> four = v.GetLower() + v.GetUpper();
        return four.GetElement(0) + four.GetElement(2) + (four.GetElement(1) + four.GetElement(3));
    }

    /// <summary>
    /// Sum of the lanes in a fixed order: equal to <see cref="Sum(Vector256{float})"/> of lower half plus upper half, so
    /// that 256-bit code with two accumulators gets the same bits.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Vector512<float> v) => Sum(v.GetLower() + v.GetUpper());

    /// <summary>Largest lane; NaN when any lane is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Max(Vector256<float> v)
    {
        Vector128<float> four = Vector128.Max(v.GetLower(), v.GetUpper());
        return MathF.Max(MathF.Max(four.GetElement(0), four.GetElement(2)), MathF.Max(four.GetElement(1), four.GetElement(3)));
    }

    /// <summary>Largest lane; NaN when any lane is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Max(Vector512<float> v) => Max(Vector256.Max(v.GetLower(), v.GetUpper()));
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace AotNet.Runtime;

/// <summary>
/// Random bits as a function of key and counter alone, for kernels: element i of a mask is the same whichever worker
/// computes it, whatever the vector width, and again after a resume. Not for secrets.
/// </summary>
public static class CounterHash
{
    // Odd, and near 2⁶⁴ divided by the golden ratio: multiples are spread evenly (Weyl sequence).
    internal const ulong Increment = 0x9E3779B97F4A7C15;

    // Multipliers and shifts of the three-round hash that Wellons found by search to have the least avalanche bias.
    const uint FirstMultiplier = 0xED5AD4BB;
    const uint SecondMultiplier = 0xAC4C1B51;
    const uint ThirdMultiplier = 0x31848BAB;

    /// <summary>The key of one purpose at one moment; equal arguments give equal keys, others unrelated ones.</summary>
    /// <param name="seed">Seed of the run.</param>
    /// <param name="stream">What the bits are for: a layer's number, for instance.</param>
    /// <param name="step">Training step, so that each has masks of its own.</param>
    public static ulong Key(ulong seed, uint stream, ulong step) =>
        Mix(Mix(Mix(seed + Increment) + Increment * (stream + 1UL)) ^ Mix(Increment * (step + 1)));

    /// <summary>32 random bits for one element.</summary>
    /// <param name="counter">Number of the element.</param>
    /// <param name="key">From <see cref="Key"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Bits(uint counter, ulong key)
    {
        uint x = counter ^ (uint)key;
        x ^= x >> 17;
        x *= FirstMultiplier;
        x ^= x >> 11;
        x ^= (uint)(key >> 32);
        x *= SecondMultiplier;
        x ^= x >> 15;
        x *= ThirdMultiplier;
        return x ^ (x >> 14);
    }

    /// <inheritdoc cref="Bits(uint, ulong)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Bits(Vector256<uint> counter, ulong key)
    {
        Vector256<uint> x = counter ^ Vector256.Create((uint)key);
        x ^= x >>> 17;
        x *= Vector256.Create(FirstMultiplier);
        x ^= x >>> 11;
        x ^= Vector256.Create((uint)(key >> 32));
        x *= Vector256.Create(SecondMultiplier);
        x ^= x >>> 15;
        x *= Vector256.Create(ThirdMultiplier);
        return x ^ (x >>> 14);
    }

    /// <inheritdoc cref="Bits(uint, ulong)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Bits(Vector512<uint> counter, ulong key)
    {
        Vector512<uint> x = counter ^ Vector512.Create((uint)key);
        x ^= x >>> 17;
        x *= Vector512.Create(FirstMultiplier);
        x ^= x >>> 11;
        x ^= Vector512.Create((uint)(key >> 32));
        x *= Vector512.Create(SecondMultiplier);
        x ^= x >>> 15;
        x *= Vector512.Create(ThirdMultiplier);
        return x ^ (x >>> 14);
    }

    /// <summary>Uniform from 0 up to but not including 1, from the upper 24 of 32 random bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Uniform(uint bits) => (int)(bits >> 8) * (1f / (1 << 24));

    /// <inheritdoc cref="Uniform(uint)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Uniform(Vector256<uint> bits) =>
        Vector256.ConvertToSingle((bits >>> 8).AsInt32()) * Vector256.Create(1f / (1 << 24));

    /// <inheritdoc cref="Uniform(uint)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Uniform(Vector512<uint> bits) =>
        Vector512.ConvertToSingle((bits >>> 8).AsInt32()) * Vector512.Create(1f / (1 << 24));

    /// <summary>A bijection of 64 bits in which every input bit changes each output bit with probability near 1/2 (Stafford's mixer 13).</summary>
    internal static ulong Mix(ulong x)
    {
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }

    /// <inheritdoc cref="Mix(ulong)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<ulong> Mix(Vector256<ulong> x)
    {
        x = (x ^ (x >>> 30)) * Vector256.Create(0xBF58476D1CE4E5B9UL);
        x = (x ^ (x >>> 27)) * Vector256.Create(0x94D049BB133111EBUL);
        return x ^ (x >>> 31);
    }
}

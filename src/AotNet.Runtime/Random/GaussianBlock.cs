using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace AotNet.Runtime;

/// <summary>
/// Numbers from N(0, 1) in bulk, with which weights begin: those of <see cref="CounterRandom.NextGaussians"/> bit for bit,
/// four pairs at a time.
/// </summary>
static class GaussianBlock
{
    /// <summary>Numbers made at a time.</summary>
    internal const int Unit = 2 * Lanes;

    const int Lanes = 4;

    /// <summary>Draws the first and second numbers of successive pairs, times a standard deviation, rounded to single precision.</summary>
    /// <param name="random">The sequence; two of its numbers go into each pair.</param>
    /// <param name="sigma">Standard deviation.</param>
    /// <param name="values">Overwritten; a multiple of <see cref="Unit"/> long.</param>
    internal static void Fill(ref CounterRandom random, double sigma, Span<float> values)
    {
        Span<Vector256<float>> vectors = MemoryMarshal.Cast<float, Vector256<float>>(values);
        ulong counter = random.Counter;
        for (int i = 0; i < vectors.Length; i++, counter += Unit)
        {
            // The numbers after the counter go in turn to radius and angle.
            Vector256<double> radius = Uniform(random.Key, counter + 1), angle = Uniform(random.Key, counter + 2);
            radius = Vector256.Sqrt(PortableMath.Log(Vector256<double>.One - radius) * Vector256.Create(-2.0));
            (Vector256<double> cosine, Vector256<double> sine) = PortableMath.CosineSine(angle);
            cosine = radius * cosine * Vector256.Create(sigma);
            sine = radius * sine * Vector256.Create(sigma);
            vectors[i] = Vector256.Shuffle(Vector256.Narrow(cosine, sine), Vector256.Create(0, 4, 1, 5, 2, 6, 3, 7));
        }
        random = new CounterRandom(random.Key, counter);
    }

    /// <summary>Four numbers from 0 up to but not including 1: those at <paramref name="counter"/> and every second after it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<double> Uniform(ulong key, ulong counter)
    {
        Vector256<ulong> place = Vector256.Create(counter) + Vector256<ulong>.Indices * 2;
        Vector256<ulong> bits = CounterHash.Mix(Vector256.Create(key) + place * CounterHash.Increment) >>> 11;
        // 53 bits, one more than a conversion takes: in two parts, whose sum is exact.
        Vector256<double> upper = PortableMath.ToDouble(bits >>> 32), lower = PortableMath.ToDouble(bits & Vector256.Create(0xFFFFFFFFUL));
        return (upper * Vector256.Create(4294967296.0) + lower) * Vector256.Create(1.0 / (1L << 53));
    }
}

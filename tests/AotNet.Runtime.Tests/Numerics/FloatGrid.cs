using System.Runtime.Intrinsics;

namespace AotNet.Runtime.Tests.Numerics;

/// <summary>
/// 2²⁴ single-precision numbers spread over all bit patterns: each exponent of either sign 32,768 times, denormals,
/// infinities and NaN too. The low bits, which the stride of 256 leaves free, vary as well.
/// </summary>
static class FloatGrid
{
    const int Numbers = 1 << 24, Parts = 256;

    /// <summary>The largest of what a measure says of the vectors of all numbers, and the input it names for it.</summary>
    /// <param name="measure">Called for each vector, on several threads.</param>
    public static (double Value, float At) Worst(Func<Vector512<float>, (double Value, float At)> measure)
    {
        var worst = new (double Value, float At)[Parts];
        Parallel.For(0, Parts, part =>
        {
            (double Value, float At) largest = default;
            for (int i = part * (Numbers / Parts); i < (part + 1) * (Numbers / Parts); i += Vector512<float>.Count)
            {
                (double Value, float At) found = measure(At(i));
                if (found.Value > largest.Value)
                    largest = found;
            }
            worst[part] = largest;
        });
        return worst.MaxBy(static part => part.Value);
    }

    /// <summary>Sixteen numbers of the grid.</summary>
    static Vector512<float> At(int index)
    {
        Vector512<uint> number = Vector512.Create((uint)index) + Vector512<uint>.Indices;
        // An odd multiple runs through all low bytes and is 0 where the number is a multiple of 256, as at zero and infinity.
        return (number << 8 | (number * 151u & Vector512.Create(0xFFu))).AsSingle();
    }
}

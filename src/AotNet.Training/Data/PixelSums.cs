using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace AotNet.Training.Data;

/// <summary>Sum and sum of squares of bytes, exact: what the mean and deviation of all pixels of a data set are made of.</summary>
static class PixelSums
{
    // A block adds at most 4 · 255² to each of its 32-bit sums; so many blocks stay below 2³¹.
    const int Block = 32, Blocks = 8192;

    /// <summary>Adds up.</summary>
    /// <param name="values">Any number of bytes.</param>
    public static (long Sum, long Squares) Of(ReadOnlySpan<byte> values)
    {
        long sum = 0, squares = 0;
        while (values.Length >= Block)
        {
            int length = Math.Min(values.Length / Block, Blocks) * Block;
            AddBlocks(values[..length], ref sum, ref squares);
            values = values[length..];
        }
        foreach (byte value in values)
        {
            sum += value;
            squares += value * value;
        }
        return (sum, squares);
    }

    static void AddBlocks(ReadOnlySpan<byte> values, ref long sum, ref long squares)
    {
        Vector256<long> sums = Vector256<long>.Zero;
        Vector256<int> squareSums = Vector256<int>.Zero;
        for (; values.Length >= Block; values = values[Block..])
        {
            Vector256<byte> block = Vector256.Create(values);
            sums += Avx2.SumAbsoluteDifferences(block, Vector256<byte>.Zero).AsInt64();
            (Vector256<ushort> lower, Vector256<ushort> upper) = Vector256.Widen(block);
            squareSums += Avx2.MultiplyAddAdjacent(lower.AsInt16(), lower.AsInt16()) + Avx2.MultiplyAddAdjacent(upper.AsInt16(), upper.AsInt16());
        }
        sum += Vector256.Sum(sums);
        (Vector256<long> first, Vector256<long> second) = Vector256.Widen(squareSums);
        squares += Vector256.Sum(first + second);
    }
}

using System.Runtime.Intrinsics.X86;

namespace AotNet.Runtime;

/// <summary>
/// Element-wise updates over contiguous floats whose number is a multiple of 16, padding included: padding of zeros
/// stays zero. The two vector widths give the same bits.
/// </summary>
public static unsafe partial class OptimizerKernels
{
    /// <summary>Floats per partial sum of squares; the unit in which workers share a gradient's norm.</summary>
    public const int Chunk = 4096;

    /// <summary>One step of the rule in <paramref name="arguments"/>.</summary>
    /// <param name="arguments">Coefficients of the step.</param>
    /// <param name="w">Weights, updated.</param>
    /// <param name="g">Gradients, left as they are.</param>
    /// <param name="m">First moments, updated; not touched by rules that keep none.</param>
    /// <param name="v">Second moments, updated; not touched by rules that keep none.</param>
    /// <param name="count">Number of floats in each array, a multiple of 16.</param>
    public static void Update(in UpdateArguments arguments, float* w, float* g, float* m, float* v, long count)
    {
        if (Avx512F.IsSupported)
            Wide.Update(arguments, w, g, m, v, count);
        else
            Narrow.Update(arguments, w, g, m, v, count);
    }

    /// <summary>Number of chunks of <paramref name="count"/> floats.</summary>
    public static long Chunks(long count) => (count + Chunk - 1) / Chunk;

    /// <summary>
    /// Sum of squares of one chunk, in double precision: 16 sums over every 16th element, added in halves. Adding the
    /// chunks' sums in order gives <see cref="SumOfSquares"/>, whoever worked them out.
    /// </summary>
    /// <param name="g">First float of the chunk.</param>
    /// <param name="count">Floats in it: <see cref="Chunk"/>, or fewer in the last chunk; a multiple of 16.</param>
    public static double ChunkSumOfSquares(float* g, int count) =>
        Avx512F.IsSupported ? Wide.ChunkSumOfSquares(g, count) : Narrow.ChunkSumOfSquares(g, count);

    /// <summary>Sum of squares, chunk by chunk in order.</summary>
    /// <param name="g">Floats.</param>
    /// <param name="count">Number of floats, a multiple of 16.</param>
    public static double SumOfSquares(float* g, long count)
    {
        double sum = 0;
        for (long i = 0; i < count; i += Chunk)
            sum += ChunkSumOfSquares(g + i, (int)Math.Min(Chunk, count - i));
        return sum;
    }

    /// <summary>Factor that brings gradients down to a norm: 1 when they are within it, or when there is no bound.</summary>
    /// <param name="sumOfSquares">Of all gradients together.</param>
    /// <param name="clipNorm">Bound of the norm; 0 for none.</param>
    public static float ClipScale(double sumOfSquares, float clipNorm)
    {
        double norm = Math.Sqrt(sumOfSquares);
        return clipNorm > 0 && norm > clipNorm ? (float)(clipNorm / norm) : 1f;
    }

    /// <summary>g ← factor g.</summary>
    /// <param name="g">Floats, updated.</param>
    /// <param name="count">Number of floats, a multiple of 16.</param>
    /// <param name="factor">Factor.</param>
    public static void Scale(float* g, long count, float factor)
    {
        if (Avx512F.IsSupported)
            Wide.Scale(g, count, factor);
        else
            Narrow.Scale(g, count, factor);
    }
}

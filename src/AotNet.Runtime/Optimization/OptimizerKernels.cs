using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace AotNet.Runtime;

/// <summary>
/// Element-wise updates over rows whose length is a multiple of 16, padding included: padding of zeros stays zero. The
/// two vector widths give the same bits.
/// </summary>
public static unsafe partial class OptimizerKernels
{
    /// <summary>Floats per partial sum of squares; the unit in which workers share a gradient's norm.</summary>
    public const int Chunk = 4096;

    // Far below the squares of gradients that are themselves far below the rounding error of a weight.
    const float LeastMoment = 1e-36f;

    // Weights beyond the second-level cache are updated block by block from the last row to the first: the forward pass has read
    // the last ones last, and reads the first ones next. Within a block rows rise, as processors foresee them.
    const int BlockFloats = 64 * 1024;

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
            Wide.UpdateTile(arguments, w, g, m, v, 1, count, 0, 0);
        else
            Narrow.UpdateTile(arguments, w, g, m, v, 1, count, 0, 0);
    }

    /// <summary>One step on a block of weights whose gradient lies in scratch: a band of a weight gradient's rows.</summary>
    /// <param name="c">Context of the step; says where moments lie.</param>
    /// <param name="w">First weight of the block, updated with its moments.</param>
    /// <param name="g">First gradient.</param>
    /// <param name="rows">Rows of the block.</param>
    /// <param name="columns">Floats in a row, a multiple of 8.</param>
    /// <param name="stride">Floats from row to row of the weights.</param>
    /// <param name="gradientStride">Floats from row to row of the gradients.</param>
    public static void UpdateTile(in KernelContext c, float* w, float* g, int rows, int columns, nint stride, nint gradientStride)
    {
        // A tile of 256-bit vectors need not be whole 512-bit ones.
        if (Avx512F.IsSupported && columns % 16 == 0)
            Wide.UpdateTile(*c.WeightUpdate, w, g, w + c.FirstMoments, w + c.SecondMoments, rows, columns, stride, gradientStride);
        else
            Narrow.UpdateTile(*c.WeightUpdate, w, g, w + c.FirstMoments, w + c.SecondMoments, rows, columns, stride, gradientStride);
    }

    /// <summary>
    /// Asks for weights that other workers have read, and must give up before this one can store to them: by stores of no
    /// element, which nothing waits for. Without AVX-512, stores under a mask may cost more than they save.
    /// </summary>
    /// <inheritdoc cref="UpdateTile"/>
    public static void Claim(in KernelContext c, float* w, int rows, int columns, nint stride)
    {
        if (!Avx512F.IsSupported || c.Workers == 1)
            return;
        for (int row = 0; row < rows; row++, w += stride)
        {
            for (nint i = 0; i < columns; i += 16)
                Avx512F.MaskStore(w + i, Vector512<float>.Zero, Vector512<float>.Zero);
        }
    }

    /// <summary>
    /// The backward pass of a dense layer for one sample in one pass over its weights: the residual of its inputs, W dy by
    /// the weights as they were, and the step on weights whose gradient is an outer product.
    /// </summary>
    /// <param name="c">Context of the step; workers share the rows.</param>
    /// <param name="product">The gradient and the residuals.</param>
    /// <param name="w">Weights, updated with their moments.</param>
    public static void UpdateOuter(in KernelContext c, in OuterProduct product, float* w)
    {
        c.Split(product.Rows, out int first, out int last);
        int block = Math.Max(1, BlockFloats / product.Columns);
        for (int end = last; end > first; end -= block)
        {
            int start = Math.Max(first, end - block);
            OuterProduct part = product.Part(start, end - start);
            float* weights = w + (nint)start * product.Stride;
            if (Avx512F.IsSupported)
                Wide.UpdateOuter(*c.WeightUpdate, part, weights, weights + c.FirstMoments, weights + c.SecondMoments);
            else
                Narrow.UpdateOuter(*c.WeightUpdate, part, weights, weights + c.FirstMoments, weights + c.SecondMoments);
        }
    }

    /// <summary>The residual of a dense layer's inputs for one sample, W dy, and nothing else.</summary>
    /// <param name="c">Context of the step; workers share the rows.</param>
    /// <param name="w">Weights.</param>
    /// <param name="residual">Residual of the outputs, padding included.</param>
    /// <param name="inputResidual">Residual of the inputs, written.</param>
    /// <param name="rows">Rows of the weights: inputs.</param>
    /// <param name="columns">Columns of the weights with padding: a multiple of 16.</param>
    /// <param name="stride">Floats from row to row of the weights.</param>
    public static void InputResidual(in KernelContext c, float* w, float* residual, float* inputResidual, int rows, int columns, int stride)
    {
        c.Split(rows, out int first, out int last);
        if (Avx512F.IsSupported)
            Wide.Dots(w + (nint)first * stride, residual, inputResidual + first, last - first, columns, stride);
        else
            Narrow.Dots(w + (nint)first * stride, residual, inputResidual + first, last - first, columns, stride);
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

    static double SumOfFour(Vector256<double> x) => x.GetElement(0) + x.GetElement(2) + (x.GetElement(1) + x.GetElement(3));

    /// <summary>Halves added, then neighbours, twice.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static float SumOfEight(Vector256<float> x) => SumsOfEight(x, x, x, x).ToScalar();

    /// <summary>The same of four vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<float> SumsOfEight(Vector256<float> x0, Vector256<float> x1, Vector256<float> x2, Vector256<float> x3) =>
        Sse3.HorizontalAdd(
            Sse3.HorizontalAdd(x0.GetLower() + x0.GetUpper(), x1.GetLower() + x1.GetUpper()),
            Sse3.HorizontalAdd(x2.GetLower() + x2.GetUpper(), x3.GetLower() + x3.GetUpper()));
}

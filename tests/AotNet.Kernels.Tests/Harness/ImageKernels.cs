using AotNet.Compiler.Graphs;
using AotNet.Compiler.Planning;
using AotNet.Runtime;

namespace AotNet.Kernels.Tests.Harness;

/// <summary>Images with windows over them, and the check of kernels against loops over those windows.</summary>
static class ImageKernels
{
    static readonly int[] Teams = [1, 3];

    /// <summary>Images of a test; kernels run with as many and with one.</summary>
    internal const int Batch = 3;

    /// <summary>Portions of the samples in tests of kernels that cut them: of a single sample the last one has none.</summary>
    internal const int Portions = 2;

    /// <summary>A buffer of images, and the windows over them.</summary>
    internal static (Buffer X, PatchGrid Grid) Images(TestArena arena, int height, int width, int channels, int kernel, int stride, int padding, int dilation, bool bySample)
    {
        var image = new Shape(new AotNet.Compiler.EquatableArray<int>([height, width, channels]));
        var window = new WindowShape(kernel, kernel, stride, stride, dilation, dilation, new WindowPadding(false, padding, padding));
        Buffer x = bySample ? arena.Add("x", Batch, image.Positions * channels)
            : arena.Add("x", Batch * image.Positions, channels) with { PerSample = image.Positions };
        return (x, PatchGrid.Of(window, image, x));
    }

    /// <summary>Value k of the patch of window i, counted over all samples.</summary>
    internal static unsafe double Patch(TestArena arena, Buffer x, PatchGrid grid, int i, int k)
    {
        int sample = i / grid.Positions, window = i % grid.Positions, tap = k / grid.Channels;
        int row = window / grid.Columns * grid.StrideY - grid.Top + tap / grid.KernelWidth * grid.DilationY;
        int column = window % grid.Columns * grid.StrideX - grid.Left + tap % grid.KernelWidth * grid.DilationX;
        return row < 0 || row >= grid.Height || column < 0 || column >= grid.Width ? 0
            : arena.Pointer(x)[(long)sample * grid.SampleStride + (row * grid.Width + column) * grid.PositionStride + k % grid.Channels];
    }

    /// <summary>
    /// Every team and instruction set against the expected values. Rounding after each of n terms adds up to
    /// at most about 2⁻²⁴ √n of a sum of random terms.
    /// </summary>
    internal static void Check(TestArena arena, Kernel kernel, Buffer x, Buffer result, Func<int, int> resultRows, Func<int, int> terms,
        Func<int, int, int, double> expected) => Check(arena, [kernel], x, result, resultRows, terms, expected);

    /// <summary>The same of kernels that make the result together.</summary>
    internal static void Check(TestArena arena, IReadOnlyList<Kernel> kernels, Buffer x, Buffer result, Func<int, int> resultRows, Func<int, int> terms,
        Func<int, int, int, double> expected)
    {
        List<EmittedKernel.Pass> passes = [.. Engines.Available.Select(set => arena.Compile(set, kernels))];
        foreach (int rows in new[] { Batch, 1 })
        {
            arena.Randomize(x, rows * x.PerSample, rows);
            float[]? first = null;
            foreach (EmittedKernel.Pass pass in passes)
                foreach (int workers in Teams)
                {
                    arena.Fill(result, float.NaN);
                    arena.Run(pass, rows, workers);
                    List<float> bits = [];
                    double error = 0, norm = 1;
                    for (int i = 0; i < resultRows(rows); i++)
                        for (int j = 0; j < Buffer.RoundUp(result.Columns, 16); j++)
                        {
                            if (kernels is [PatchGram] && (j < i || j >= result.Columns))
                                continue;
                            bits.Add(arena.At(result, i, j));
                            if (j >= result.Columns)
                                Assert.True(bits[^1] == 0, $"({i}, {j}): padding is not zero.");
                            else if (first is null)
                            {
                                double value = expected(rows, i, j);
                                error += Math.Pow(value - arena.At(result, i, j), 2);
                                norm += value * value;
                            }
                        }
                    Assert.True(error <= terms(rows) * Math.Pow(2, -48) * norm, $"normalised error {Math.Sqrt(error / norm)} of {terms(rows)} terms");
                    first ??= [.. bits];
                    Assert.True(first.AsSpan().SequenceEqual(bits.ToArray()), $"{workers} workers, {rows} rows: other bits.");
                }
        }
    }

    /// <summary>Terms of the positions of a portion's samples, counted over all samples.</summary>
    internal static double SumOfPortion(int rows, int portion, int positions, Func<int, double> term)
    {
        WorkerTeam.Split(rows, portion, Portions, out int first, out int end);
        return Sum((end - first) * positions, i => term((first * positions) + i));
    }

    /// <summary>Terms 0 to <paramref name="count"/> - 1, added in double precision.</summary>
    internal static double Sum(int count, Func<int, double> term)
    {
        double sum = 0;
        for (int i = 0; i < count; i++)
            sum += term(i);
        return sum;
    }
}

using AotNet.Compiler.Graphs;
using AotNet.Compiler.Planning;
using AotNet.Kernels.Tests.Harness;
using Xunit;

namespace AotNet.Kernels.Tests;

/// <summary>
/// Products of gathered patches against loops in double precision, for few and many samples; any team and both instruction
/// sets must give the same bits.
/// </summary>
public sealed class ConvolutionTests
{
    static readonly int[] Teams = [1, 3];

    /// <summary>Image (height, width, channels), outputs, kernel, stride, padding, dilation, whether by sample.</summary>
    public static TheoryData<int, int, int, int, int, int, int, int, bool> Cases => new()
    {
        { 6, 5, 3, 7, 3, 1, 1, 1, true },
        { 6, 5, 3, 7, 3, 1, 1, 1, false },
        { 7, 7, 16, 48, 3, 1, 1, 1, false },
        { 9, 8, 1, 20, 5, 1, 2, 1, true },
        { 8, 9, 20, 10, 3, 2, 1, 1, false },
        { 8, 9, 16, 33, 2, 1, 0, 3, false },
        { 4, 4, 32, 70, 1, 1, 0, 1, false },
        { 11, 28, 1, 6, 5, 1, 2, 1, true }, // half a vector of outputs
        { 10, 9, 6, 16, 5, 1, 0, 1, false },
        { 7, 9, 16, 6, 5, 1, 4, 1, false },
        { 9, 9, 3, 8, 3, 2, 0, 1, true },
        { 6, 5, 17, 24, 3, 3, 2, 1, false },
        { 5, 5, 700, 16, 5, 1, 2, 1, false }, // several blocks of kernel rows
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Forward(int height, int width, int channels, int outputs, int kernel, int stride, int padding, int dilation, bool bySample)
    {
        using var arena = new TestArena(1 << 23);
        (Buffer x, PatchGrid grid) = Images(arena, height, width, channels, kernel, stride, padding, dilation, bySample);
        Buffer w = arena.Add("w", grid.Terms, outputs), bias = arena.Add("bias", 1, outputs);
        Buffer y = arena.Add("y", Batch * grid.Positions, outputs) with { PerSample = grid.Positions };
        arena.Randomize(w, grid.Terms, 2);
        arena.Randomize(bias, 1, 3);
        var convolution = new Convolution("forward", x, w, y, grid, WindowPlace.InOrder(grid)) { Bias = bias };
        foreach (Convolution way in Ways(grid) ? [convolution, convolution with { Direct = true }] : new[] { convolution })
            Check(arena, way, x, y, rows => rows * grid.Positions, _ => grid.Terms, (_, i, j) => arena.At(bias, 0, j)
            + Sum(grid.Terms, k => Patch(arena, x, grid, i, k) * arena.At(w, k, j)));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void WeightGradient(int height, int width, int channels, int outputs, int kernel, int stride, int padding, int dilation, bool bySample)
    {
        using var arena = new TestArena(1 << 23);
        (Buffer x, PatchGrid grid) = Images(arena, height, width, channels, kernel, stride, padding, dilation, bySample);
        Buffer residual = arena.Add("residual", Batch * grid.Positions, outputs), gradient = arena.Add("gradient", grid.Terms, outputs);
        arena.Randomize(residual, residual.Rows, 5);
        var product = new ConvolutionGradient("dW", x, residual, gradient, grid);
        foreach (ConvolutionGradient way in Ways(grid) ? [product, product with { Direct = true }] : new[] { product })
            Check(arena, way, x, gradient, _ => grid.Terms, rows => rows * grid.Positions, (rows, k, j) =>
            Sum(rows * grid.Positions, i => Patch(arena, x, grid, i, k) * arena.At(residual, i, j)) / rows);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void GramOfPatches(int height, int width, int channels, int outputs, int kernel, int stride, int padding, int dilation, bool bySample)
    {
        _ = outputs;
        if (channels > 100)
            return; // the order of a patch would be that of hours of loops
        using var arena = new TestArena(1 << 23);
        (Buffer x, PatchGrid grid) = Images(arena, height, width, channels, kernel, stride, padding, dilation, bySample);
        Buffer gram = arena.Add("gram", grid.Terms, grid.Terms), means = arena.Add("means", 1, grid.Terms);
        Check(arena, new PatchGram("gram", x, gram, means, grid), x, gram, _ => grid.Terms, rows => rows * grid.Positions, (rows, i, j) =>
            Sum(rows * grid.Positions, position => Patch(arena, x, grid, position, i) * Patch(arena, x, grid, position, j)) / grid.Positions);
    }

    /// <summary>Whether patches may be gathered or read where the image lies.</summary>
    static bool Ways(PatchGrid grid) => grid.DilationX == 1 && grid.PaddedFloats <= 64 * 1024;

    const int Batch = 3;

    static (Buffer X, PatchGrid Grid) Images(TestArena arena, int height, int width, int channels, int kernel, int stride, int padding, int dilation, bool bySample)
    {
        var image = new Shape(new AotNet.Compiler.EquatableArray<int>([height, width, channels]));
        var window = new WindowShape(kernel, kernel, stride, stride, dilation, dilation, new WindowPadding(false, padding, padding));
        Buffer x = bySample ? arena.Add("x", Batch, image.Positions * channels)
            : arena.Add("x", Batch * image.Positions, channels) with { PerSample = image.Positions };
        return (x, PatchGrid.Of(window, image, x));
    }

    /// <summary>Value k of the patch of window i, counted over all samples.</summary>
    static unsafe double Patch(TestArena arena, Buffer x, PatchGrid grid, int i, int k)
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
    static void Check(TestArena arena, Kernel kernel, Buffer x, Buffer result, Func<int, int> resultRows, Func<int, int> terms,
        Func<int, int, int, double> expected)
    {
        List<EmittedKernel.Pass> passes = [.. Engines.Available.Select(set => arena.Compile(set, kernel))];
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
                            if (kernel is PatchGram && (j < i || j >= result.Columns))
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

    static double Sum(int count, Func<int, double> term)
    {
        double sum = 0;
        for (int i = 0; i < count; i++)
            sum += term(i);
        return sum;
    }
}

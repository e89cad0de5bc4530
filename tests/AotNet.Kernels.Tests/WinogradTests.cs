using AotNet.Compiler.Planning;
using AotNet.Kernels.Tests.Harness;
using static AotNet.Kernels.Tests.Harness.ImageKernels;

namespace AotNet.Kernels.Tests;

/// <summary>Convolutions at points against loops in double precision over the definition.</summary>
public sealed class WinogradTests
{
    /// <summary>
    /// What a product at a point multiplies is the sum of several values of the image and a window the sum of
    /// several such products: rounding is that of so many more terms.
    /// </summary>
    static int Growth(int kernel) => kernel == 3 ? 4 : 5;

    /// <summary>Kernel, image (height, width, channels), outputs, padding.</summary>
    public static TheoryData<int, int, int, int, int, int> Cases => new()
    {
        { 3, 8, 8, 16, 16, 1 },
        { 3, 7, 9, 16, 48, 1 }, // odd extents: squares that reach beyond the windows
        { 3, 6, 5, 20, 10, 1 },
        { 3, 9, 6, 33, 6, 0 }, // half a vector of outputs
        { 3, 5, 8, 16, 33, 2 },
        { 3, 3, 3, 17, 24, 0 }, // one window
        { 3, 1, 4, 16, 16, 1 },
        { 3, 32, 4, 16, 70, 1 }, // several blocks
        { 3, 2, 40, 16, 16, 1 }, // long rows
        { 3, 8, 8, 64, 64, 1 },
        { 5, 8, 8, 16, 16, 2 },
        { 5, 7, 9, 20, 33, 2 },
        { 5, 9, 6, 33, 6, 0 },
        { 5, 6, 7, 16, 16, 4 },
        { 5, 5, 5, 17, 24, 0 },
        { 5, 3, 12, 16, 48, 1 },
        { 5, 16, 16, 32, 32, 2 },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Forward(int kernel, int height, int width, int channels, int outputs, int padding)
    {
        using var arena = new TestArena(1 << 21);
        (Buffer x, PatchGrid grid) = Images(arena, height, width, channels, kernel, 1, padding, 1, bySample: false);
        Buffer w = arena.Add("w", grid.Terms, outputs), points = arena.Add("points", (kernel + 1) * (kernel + 1) * channels, outputs), bias = arena.Add("bias", 1, outputs);
        Buffer y = arena.Add("y", Batch * grid.Positions, outputs) with { PerSample = grid.Positions };
        arena.Randomize(w, grid.Terms, 2);
        arena.Randomize(bias, 1, 3);
        Weights(arena, w, points, kernel, channels);
        foreach (Buffer? added in new[] { bias, null })
            Check(arena, new WinogradConvolution("forward", x, points, added, y, grid), x, y, rows => rows * grid.Positions, _ => Growth(kernel) * grid.Terms, (_, i, j) =>
                (added is null ? 0 : arena.At(added, 0, j)) + Sum(grid.Terms, k => Patch(arena, x, grid, i, k) * arena.At(w, k, j)));
    }

    /// <summary>
    /// By one portion of the samples or two, of which a single sample leaves one empty. Each tap adds up values at all points,
    /// however few windows there are.
    /// </summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void WeightGradient(int kernel, int height, int width, int channels, int outputs, int padding)
    {
        using var arena = new TestArena(1 << 21);
        (Buffer x, PatchGrid grid) = Images(arena, height, width, channels, kernel, 1, padding, 1, bySample: false);
        Buffer residual = arena.Add("residual", Batch * grid.Positions, outputs), gradient = arena.Add("gradient", grid.Terms, outputs);
        arena.Randomize(residual, residual.Rows, 5);
        foreach (int portions in new[] { 1, Portions })
        {
            Buffer sums = arena.Add($"sums of {portions}", portions * WinogradGradient.SumsOf(grid), outputs);
            Kernel[] both = [new WinogradGradient("dW", x, residual, sums, grid) { Portions = portions }, new WinogradWeightGradient("dW", sums, gradient, kernel)];
            Check(arena, both, x, gradient, _ => grid.Terms, rows => (Growth(kernel) * rows * grid.Positions) + ((kernel + 1) * (kernel + 1)), (rows, k, j) =>
                Sum(rows * grid.Positions, i => Patch(arena, x, grid, i, k) * arena.At(residual, i, j)) / rows);
        }
    }

    /// <summary>The operations behind a product see its sums, and the sums may be kept.</summary>
    [Fact]
    public void Epilogue()
    {
        using var arena = new TestArena(1 << 20);
        (Buffer x, PatchGrid grid) = Images(arena, 7, 6, 16, 3, 1, 1, 1, bySample: false);
        Buffer w = arena.Add("w", grid.Terms, 20), points = arena.Add("points", 16 * 16, 20), factor = arena.Add("factor", 1, 20);
        Buffer y = arena.Add("y", Batch * grid.Positions, 20) with { PerSample = grid.Positions }, other = arena.Add("other", y.Rows, 20) with { PerSample = grid.Positions };
        Buffer result = arena.Add("result", y.Rows, 20) with { PerSample = grid.Positions };
        arena.Randomize(w, grid.Terms, 2);
        arena.Randomize(factor, 1, 3);
        arena.Randomize(other, other.Rows, 4);
        Weights(arena, w, points, 3, 16);
        foreach (bool stores in new[] { false, true })
        {
            var epilogue = new Epilogue("{0} * {1}\n{0} + {2}", new([factor, other]), result, stores);
            Check(arena, new WinogradConvolution("forward", x, points, null, y, grid) { Epilogue = epilogue }, x, result, rows => rows * grid.Positions,
                _ => Growth(3) * grid.Terms, (_, i, j) => (Product(i, j) * arena.At(factor, 0, j)) + arena.At(other, i, j));
            if (stores)
                Assert.Equal(Product(1, 2), arena.At(y, 1, 2), 1e-4);
        }

        double Product(int i, int j) => Sum(grid.Terms, k => Patch(arena, x, grid, i, k) * arena.At(w, k, j));
    }

    /// <summary>Weights at the points, the same by every instruction set and team.</summary>
    static void Weights(TestArena arena, Buffer w, Buffer points, int kernel, int channels)
    {
        double[][] g = kernel == 3
            ? [[1, 0, 0], [0.5, 0.5, 0.5], [0.5, -0.5, 0.5], [0, 0, 1]]
            : [[1, 0, 0, 0, 0], Row(Math.Sqrt(0.5), -1.5), Row(-Math.Sqrt(0.5), -1.5), Row(Math.Sqrt(2), 6), Row(-Math.Sqrt(2), 6), [0, 0, 0, 0, 1]];
        float[]? first = null;
        foreach (EmittedKernel.Pass pass in Engines.Available.Select(set => arena.Compile(set, new WinogradWeights("weights", w, points, kernel))))
            foreach (int workers in new[] { 1, 3 })
            {
                arena.Fill(points, float.NaN);
                arena.Run(pass, 1, workers);
                Assert.Equal(first ??= arena.Copy(points, points.Rows), arena.Copy(points, points.Rows));
            }
        int side = kernel + 1;
        for (int point = 0; point < side * side; point++)
            for (int channel = 0; channel < channels; channel++)
                for (int column = 0; column < w.Columns; column++)
                {
                    double expected = Sum(kernel * kernel, tap => g[point / side][tap / kernel] * g[point % side][tap % kernel] * arena.At(w, (tap * channels) + channel, column));
                    Assert.Equal(expected, arena.At(points, (point * channels) + channel, column), 1e-6);
                }

        // Powers of a point, over the product of its distances to the others.
        static double[] Row(double point, double divisor) => [.. Enumerable.Range(0, 5).Select(power => Math.Pow(point, power) / divisor)];
    }
}

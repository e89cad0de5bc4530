using AotNet.Compiler.Planning;
using AotNet.Kernels.Tests.Harness;
using static AotNet.Kernels.Tests.Harness.ImageKernels;
using Xunit;

namespace AotNet.Kernels.Tests;

/// <summary>
/// Products of gathered patches against loops in double precision, for few and many samples; any team and both instruction
/// sets must give the same bits.
/// </summary>
public sealed class ConvolutionTests
{
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
    public void WeightGradientByPortions(int height, int width, int channels, int outputs, int kernel, int stride, int padding, int dilation, bool bySample)
    {
        using var arena = new TestArena(1 << 23);
        (Buffer x, PatchGrid grid) = Images(arena, height, width, channels, kernel, stride, padding, dilation, bySample);
        Buffer residual = arena.Add("residual", Batch * grid.Positions, outputs), sums = arena.Add("sums", Portions * grid.Terms, outputs);
        arena.Randomize(residual, residual.Rows, 5);
        var product = new ConvolutionGradient("dW", x, residual, sums, grid) { Portions = Portions };
        foreach (ConvolutionGradient way in Ways(grid) ? [product, product with { Direct = true }] : new[] { product })
            Check(arena, way, x, sums, _ => Portions * grid.Terms, rows => rows * grid.Positions, (rows, i, j) =>
                SumOfPortion(rows, i / grid.Terms, grid.Positions, at => Patch(arena, x, grid, at, i % grid.Terms) * arena.At(residual, at, j)));
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
}

using AotNet.Compiler.Planning;
using AotNet.Kernels.Tests.Harness;
using static AotNet.Kernels.Tests.Harness.ImageKernels;

namespace AotNet.Kernels.Tests;

/// <summary>Convolutions of each channel by itself, all three products, against loops in double precision.</summary>
public sealed class DepthwiseTests
{
    /// <summary>Image (height, width, channels), kernel, stride, padding, dilation.</summary>
    public static TheoryData<int, int, int, int, int, int, int> Cases => new()
    {
        { 6, 5, 3, 3, 1, 1, 1 },
        { 7, 7, 16, 3, 1, 1, 1 },
        { 8, 9, 20, 3, 2, 1, 1 },
        { 9, 8, 33, 5, 1, 2, 1 },
        { 8, 8, 48, 3, 2, 0, 1 },
        { 9, 9, 70, 3, 1, 2, 2 },
        { 6, 7, 16, 2, 3, 0, 1 }, // positions that no window covers
        { 3, 3, 17, 3, 1, 0, 1 }, // one window
        { 4, 30, 16, 1, 1, 0, 1 },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Forward(int height, int width, int channels, int kernel, int stride, int padding, int dilation)
    {
        using var arena = new TestArena();
        (Buffer x, PatchGrid grid) = Images(arena, height, width, channels, kernel, stride, padding, dilation, bySample: false);
        (Buffer w, Buffer y) = Windows(arena, grid);
        Buffer bias = arena.Add("bias", 1, channels);
        arena.Randomize(bias, 1, 3);
        foreach (Buffer? added in new[] { bias, null })
        {
            Check(arena, new DepthwiseForward("forward", x, w, added, y, grid), x, y, rows => rows * grid.Positions, _ => Taps(grid), (_, i, j) =>
                (added is null ? 0 : arena.At(added, 0, j)) + Sum(Taps(grid), tap => Patch(arena, x, grid, i, (tap * channels) + j) * arena.At(w, tap, j)));
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void InputGradient(int height, int width, int channels, int kernel, int stride, int padding, int dilation)
    {
        using var arena = new TestArena();
        (Buffer dX, PatchGrid grid) = Images(arena, height, width, channels, kernel, stride, padding, dilation, bySample: false);
        (Buffer w, Buffer residual) = Windows(arena, grid);
        Check(arena, new DepthwiseInputGradient("dX", residual, w, dX, grid), residual, dX, rows => rows * height * width, _ => Taps(grid), (_, i, j) =>
            Sum(Taps(grid), tap => Window(grid, i, tap) is int window ? arena.At(residual, window, j) * arena.At(w, tap, j) : 0));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void WeightGradient(int height, int width, int channels, int kernel, int stride, int padding, int dilation)
    {
        using var arena = new TestArena();
        (Buffer x, PatchGrid grid) = Images(arena, height, width, channels, kernel, stride, padding, dilation, bySample: false);
        (Buffer gradient, Buffer residual) = Windows(arena, grid);
        arena.Randomize(residual, residual.Rows, 5);
        Check(arena, new DepthwiseWeightGradient("dW", x, residual, gradient, grid), x, gradient, _ => Taps(grid), rows => rows * grid.Positions,
            (rows, tap, j) => Sum(rows * grid.Positions, i => Patch(arena, x, grid, i, (tap * channels) + j) * arena.At(residual, i, j)) / rows);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void WeightGradientByPortions(int height, int width, int channels, int kernel, int stride, int padding, int dilation)
    {
        using var arena = new TestArena();
        (Buffer x, PatchGrid grid) = Images(arena, height, width, channels, kernel, stride, padding, dilation, bySample: false);
        (_, Buffer residual) = Windows(arena, grid);
        Buffer sums = arena.Add("sums", Portions * Taps(grid), channels);
        arena.Randomize(residual, residual.Rows, 5);
        Check(arena, new DepthwiseWeightGradient("dW", x, residual, sums, grid) { Portions = Portions }, x, sums, _ => Portions * Taps(grid),
            rows => rows * grid.Positions, (rows, i, j) => SumOfPortion(rows, i / Taps(grid), grid.Positions,
                at => Patch(arena, x, grid, at, (i % Taps(grid) * channels) + j) * arena.At(residual, at, j)));
    }

    static int Taps(PatchGrid grid) => grid.KernelHeight * grid.KernelWidth;

    /// <summary>Weights and a value for each window.</summary>
    static (Buffer Weights, Buffer Values) Windows(TestArena arena, PatchGrid grid)
    {
        Buffer w = arena.Add("w", Taps(grid), grid.Channels);
        arena.Randomize(w, Taps(grid), 2);
        return (w, arena.Add("y", Batch * grid.Positions, grid.Channels) with { PerSample = grid.Positions });
    }

    /// <summary>The window whose element <paramref name="tap"/> lies on a position, both counted over all samples; null where there is none.</summary>
    static int? Window(PatchGrid grid, int position, int tap)
    {
        int sample = position / (grid.Height * grid.Width), y = position / grid.Width % grid.Height, x = position % grid.Width;
        int down = y + grid.Top - (tap / grid.KernelWidth * grid.DilationY), right = x + grid.Left - (tap % grid.KernelWidth * grid.DilationX);
        if (down < 0 || right < 0 || down % grid.StrideY != 0 || right % grid.StrideX != 0)
            return null;
        (int row, int column) = (down / grid.StrideY, right / grid.StrideX);
        return row < grid.Rows && column < grid.Columns ? (sample * grid.Positions) + (row * grid.Columns) + column : null;
    }
}

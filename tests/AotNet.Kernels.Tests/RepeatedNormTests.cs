using AotNet.Compiler.Planning;
using AotNet.Kernels.Tests.Harness;

namespace AotNet.Kernels.Tests;

/// <summary>Norms with running averages, run a second time: the same output to the bit, and averages that stay as they are.</summary>
public sealed class RepeatedNormTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(17, 10, 1)]
    [InlineData(9, 150, 1)]
    [InlineData(4, 20, 6)]
    [InlineData(3, 272, 4)]
    public void BatchNorm(int batch, int columns, int positions) => Check(batch, columns, positions, static (arena, x, y) =>
    {
        Buffer gain = arena.AddRow("gain", x.Columns, 1), shift = arena.AddRow("shift", x.Columns, 2);
        Buffer mean = arena.AddRow("mean", x.Columns, 3), variance = arena.AddRow("variance", x.Columns, 4);
        return new BatchNormForward("norm", x, y, gain, shift, mean, variance, arena.Add("statistics", 2, x.Columns), 0.1f, 1e-5f);
    });

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(17, 10, 1)]
    [InlineData(9, 150, 1)]
    [InlineData(4, 20, 6)]
    public void BatchRms(int batch, int columns, int positions) => Check(batch, columns, positions, static (arena, x, y) =>
    {
        Buffer square = arena.Add("square", 1, x.Columns);
        arena.Fill(square, 0);
        return new BatchRmsForward("norm", x, y, square, arena.Add("scale", 1, x.Columns), 0.1f, 0.1f);
    });

    static void Check(int batch, int columns, int positions, Func<TestArena, Buffer, Buffer, Kernel> normOf)
    {
        using var arena = new TestArena();
        Buffer x = arena.Add("x", batch * positions, columns) with { PerSample = positions };
        Buffer y = arena.Add("y", batch * positions, columns) with { PerSample = positions };
        Kernel norm = normOf(arena, x, y);
        foreach (var set in Engines.Available)
        {
            EmittedKernel.Pass once = arena.Compile(set, norm), again = arena.Compile(set, norm.Again);
            foreach (int rows in new[] { 1, (batch + 1) / 2, batch })
                foreach (int workers in new[] { 1, 2, 8 })
                {
                    arena.Randomize(x, rows * positions, 5);
                    arena.Run(once, rows, workers);
                    List<float[]> kept = [.. norm.Updates.Select(average => arena.Copy(average, 1))];
                    float[] expected = arena.Copy(y, rows * positions);
                    Assert.All(Enumerable.Range(0, columns), column => Assert.True(float.IsFinite(arena.At(y, 0, column))));
                    arena.Fill(y, float.NaN);
                    arena.Run(again, rows, workers);
                    Assert.Equal(expected, arena.Copy(y, rows * positions));
                    Assert.Equal(kept, norm.Updates.Select(average => arena.Copy(average, 1)));
                }
        }
    }
}

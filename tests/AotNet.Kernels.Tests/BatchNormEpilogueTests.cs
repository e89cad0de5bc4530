using AotNet.Compiler;
using AotNet.Compiler.Planning;
using AotNet.Kernels.Tests.Harness;

namespace AotNet.Kernels.Tests;

/// <summary>Element-wise work that a batch normalisation took over: what it leaves is what a pass of its own would make of its output.</summary>
public sealed class BatchNormEpilogueTests
{
    [Theory]
    [InlineData(1, 1, 1, true)]
    [InlineData(17, 10, 1, false)]
    [InlineData(9, 150, 1, true)]
    [InlineData(4, 20, 6, false)]
    [InlineData(3, 272, 4, true)]
    public void AddsAndRectifies(int batch, int columns, int positions, bool storesResult)
    {
        using var arena = new TestArena();
        Buffer x = Images("x"), y = Images("y"), other = Images("other"), z = Images("z");
        Buffer gain = arena.AddRow("gain", columns, 1), shift = arena.AddRow("shift", columns, 2);
        Buffer mean = arena.AddRow("mean", columns, 3), variance = arena.AddRow("variance", columns, 4);
        var plain = new BatchNormForward("norm", x, y, gain, shift, mean, variance, arena.Add("statistics", 2, columns), 0.1f, 1e-5f)
        {
            Portions = positions > 1 ? arena.Add("portions", 2 * 3, columns) : null,
        };
        BatchNormForward fused = plain with
        {
            Epilogue = new Epilogue("{0} + {1}\nVN.MaxNative(V.Zero, {0})", new[] { other }.ToEquatableArray(), z, storesResult),
        };
        foreach (var set in Engines.Available)
        {
            EmittedKernel.Pass alone = arena.Compile(set, plain), together = arena.Compile(set, fused), again = arena.Compile(set, fused.Again);
            foreach (int rows in new[] { 1, (batch + 1) / 2, batch })
                foreach (int workers in new[] { 1, 2, 8 })
                {
                    arena.Randomize(x, rows * positions, 5);
                    arena.Randomize(other, rows * positions, 6);
                    arena.Run(alone, rows, workers);
                    float[] normalised = arena.Copy(y, rows * positions);
                    float[] expected = [.. normalised.Zip(arena.Copy(other, rows * positions), static (a, b) => Math.Max(0, a + b))];
                    foreach (EmittedKernel.Pass pass in new[] { together, again })
                    {
                        arena.Fill(y, float.NaN);
                        arena.Fill(z, float.NaN);
                        arena.Run(pass, rows, workers);
                        Assert.Equal(expected, arena.Copy(z, rows * positions));
                        Assert.Equal(storesResult ? normalised[0] : float.NaN, arena.At(y, 0, 0));
                        if (storesResult)
                            Assert.Equal(normalised, arena.Copy(y, rows * positions));
                    }
                }
        }

        Buffer Images(string name) => arena.Add(name, batch * positions, columns) with { PerSample = positions };
    }
}

using AotNet.Compiler.Planning;
using AotNet.Kernels.Tests.Harness;

namespace AotNet.Kernels.Tests;

public sealed class RowInputGradientTests
{
    /// <summary>Against sums in double; any team and both instruction sets must give the same bits, and zeros behind them.</summary>
    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 3)]
    [InlineData(100, 4)]
    [InlineData(33, 5)]
    [InlineData(20, 10)]
    [InlineData(300, 256)]
    public void OfOneRow(int inputs, int outputs)
    {
        using var arena = new TestArena();
        Buffer w = arena.Add("w", inputs, outputs), residual = arena.Add("residual", 1, outputs), dX = arena.Add("dX", 1, inputs);
        arena.Randomize(w, inputs, 1);
        arena.Randomize(residual, 1, 2);
        var kernel = new RowInputGradient("dX", w, residual, dX);
        float[]? first = null;
        foreach (InstructionSet set in Engines.Available)
        {
            EmittedKernel.Pass pass = arena.Compile(set, kernel);
            foreach (int workers in new[] { 1, 2, 3, 8 })
            {
                arena.Fill(dX, float.NaN);
                arena.Run(pass, 1, workers);
                float[] bits = [.. Enumerable.Range(0, Buffer.RoundUp(inputs, 16)).Select(i => arena.At(dX, 0, i))];
                first ??= bits;
                Assert.True(first.AsSpan().SequenceEqual(bits), $"{set.Name}, {workers} workers: other bits.");
            }
        }
        for (int i = 0; i < first!.Length; i++)
        {
            double expected = i < inputs ? Enumerable.Range(0, outputs).Sum(j => (double)arena.At(w, i, j) * arena.At(residual, 0, j)) : 0;
            Assert.Equal(expected, first[i], i < inputs ? 1e-5 : 0);
        }
    }
}

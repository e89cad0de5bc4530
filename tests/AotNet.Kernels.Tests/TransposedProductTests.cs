using AotNet.Compiler.Planning;
using AotNet.Kernels.Tests.Harness;

namespace AotNet.Kernels.Tests;

public sealed class TransposedProductTests
{
    static readonly int[] Teams = [1, 2, 3, 8];

    /// <summary>Against sums in double, for any number of rows; any team and both instruction sets must give the same bits, padding included.</summary>
    [Theory]
    [InlineData(2, 1, 1)]
    [InlineData(3, 5, 7)]
    [InlineData(8, 128, 64)]
    [InlineData(8, 16, 40)]
    [InlineData(16, 37, 65)]
    [InlineData(17, 100, 200)]
    [InlineData(32, 128, 128)]
    [InlineData(32, 13, 96)]
    [InlineData(33, 49, 20)]
    [InlineData(40, 300, 100)]
    [InlineData(64, 131, 97)]
    [InlineData(95, 64, 130)]
    public void Of_any_rows(int batch, int height, int terms)
    {
        using var arena = new TestArena();
        Buffer a = arena.Add("a", height, terms), b = arena.Add("b", terms, batch), c = arena.Add("c", batch, height);
        arena.Randomize(a, height, 1);
        var kernel = new TransposedProduct("product", a, b, c);
        var passes = Engines.Available.Select(set => (set.Name, Pass: arena.Compile(set, kernel))).ToList();
        foreach (int rows in Enumerable.Range(1, Math.Min(17, batch)).Append(batch - batch / 25).Append(batch).Distinct())
        {
            arena.Randomize(b, terms, rows);
            for (int k = 0; k < terms; k++)
                for (int row = rows; row < batch; row++)
                    arena.At(b, k, row) = 0;
            float[]? first = null;
            foreach ((string name, EmittedKernel.Pass pass) in passes)
                foreach (int workers in Teams)
                {
                    arena.Fill(c, float.NaN);
                    arena.Run(pass, rows, workers);
                    float[] bits = [.. Enumerable.Range(0, rows).SelectMany(row => Enumerable.Range(0, Buffer.RoundUp(height, 16)).Select(i => arena.At(c, row, i)))];
                    first ??= Compared(bits, rows);
                    Assert.True(first.AsSpan().SequenceEqual(bits), $"{name}, {workers} workers, {rows} rows: other bits.");
                }
        }

        float[] Compared(float[] values, int rows)
        {
            int stride = Buffer.RoundUp(height, 16);
            double error = 0, norm = 1;
            for (int row = 0; row < rows; row++)
                for (int i = 0; i < stride; i++)
                {
                    double expected = i < height ? Enumerable.Range(0, terms).Sum(k => (double)arena.At(a, i, k) * arena.At(b, k, row)) : 0;
                    error += Math.Pow(expected - values[row * stride + i], 2);
                    norm += expected * expected;
                }
            Assert.True(error <= 1e-12 * norm, $"normalised error {Math.Sqrt(error / norm)}");
            return values;
        }
    }

    /// <summary>Rows that the call does not have stay as they are.</summary>
    [Fact]
    public void Nothing_is_written_behind_the_rows_of_the_call()
    {
        using var arena = new TestArena();
        Buffer a = arena.Add("a", 24, 100), b = arena.Add("b", 100, 40), c = arena.Add("c", 40, 24);
        arena.Randomize(a, 24, 1);
        arena.Fill(b, 0);
        foreach (InstructionSet set in Engines.Available)
        {
            arena.Fill(c, 7);
            arena.Run(arena.Compile(set, new TransposedProduct("product", a, b, c)), 33, 2);
            Assert.Equal([0f, 7f], new[] { arena.At(c, 32, 23), arena.At(c, 33, 0) });
        }
    }
}

using AotNet.Compiler.Planning;
using AotNet.Kernels.Tests.Harness;

namespace AotNet.Kernels.Tests;

public sealed class ColumnMeanTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(17, 10)]
    [InlineData(9, 150)]
    [InlineData(33, 784)]
    public void Means(int batch, int columns)
    {
        using var arena = new TestArena();
        Buffer source = arena.Add("source", batch, columns), target = arena.Add("target", 1, columns);
        var kernel = new ColumnMean("means", source, target);
        float[]? first = null;
        foreach (var set in Engines.Available)
        {
            EmittedKernel.Pass pass = arena.Compile(set, kernel);
            foreach (int rows in new[] { 1, (batch + 1) / 2, batch })
                foreach (int workers in new[] { 1, 2, 8 })
                {
                    arena.Fill(target, float.NaN);
                    arena.Randomize(source, rows, 5);
                    arena.Run(pass, rows, workers);
                    for (int column = 0; column < Buffer.RoundUp(columns, 16); column++)
                    {
                        double mean = Enumerable.Range(0, rows).Average(row => (double)arena.At(source, row, column));
                        Assert.Equal(mean, arena.At(target, 0, column), 1e-6);
                    }
                    if (rows == batch)
                        Assert.Equal(first ??= arena.Copy(target, 1), arena.Copy(target, 1));
                }
        }
    }
}

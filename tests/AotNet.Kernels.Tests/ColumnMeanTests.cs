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

    /// <summary>Sums of portions, and these added up.</summary>
    [Theory]
    [InlineData(1, 3)]
    [InlineData(6, 20)] // rows side by side
    [InlineData(35, 150)]
    public void Portions(int positions, int columns)
    {
        const int Batch = 3;
        using var arena = new TestArena();
        Buffer source = arena.Add("source", Batch * positions, columns) with { PerSample = positions };
        Buffer portions = arena.Add("portions", ImageKernels.Portions, columns), target = arena.Add("target", 1, columns);
        Kernel[] kernels = [new ColumnMean("sums", source, portions) { Portions = ImageKernels.Portions }, new PortionSum("sum", portions, target)];
        float[]? first = null;
        foreach (var set in Engines.Available)
        {
            EmittedKernel.Pass[] passes = [.. kernels.Select(kernel => arena.Compile(set, kernel))];
            foreach (int rows in new[] { 1, Batch })
                foreach (int workers in new[] { 1, 2, 8 })
                {
                    arena.Fill(target, float.NaN);
                    arena.Randomize(source, rows * positions, 5);
                    foreach (EmittedKernel.Pass pass in passes)
                        arena.Run(pass, rows, workers);
                    for (int column = 0; column < columns; column++)
                    {
                        double mean = Enumerable.Range(0, rows * positions).Sum(row => (double)arena.At(source, row, column)) / rows;
                        Assert.Equal(mean, arena.At(target, 0, column), 1e-5);
                    }
                    if (rows == Batch)
                        Assert.Equal(first ??= arena.Copy(target, 1), arena.Copy(target, 1));
                }
        }
    }
}

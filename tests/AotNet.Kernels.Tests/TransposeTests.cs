using AotNet.Compiler.Planning;
using AotNet.Kernels.Tests.Harness;

namespace AotNet.Kernels.Tests;

public sealed class TransposeTests
{
    public static TheoryData<int, int> Shapes => new() { { 1, 1 }, { 5, 10 }, { 16, 16 }, { 17, 64 }, { 33, 23 }, { 100, 7 } };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void OfSamples(int batch, int columns) => Check(batch, columns, Extent.Rows);

    [Theory]
    [MemberData(nameof(Shapes))]
    public void OfWeights(int rows, int columns) => Check(rows, columns, Extent.Of(rows));

    [Theory]
    [MemberData(nameof(Shapes))]
    public void WithARowOfOnes(int batch, int columns) => Check(batch, columns, Extent.Rows, ones: true);

    static void Check(int batch, int columns, Extent extent, bool ones = false)
    {
        using var arena = new TestArena();
        Buffer source = arena.Add("source", batch, columns), target = arena.Add("target", columns + (ones ? 1 : 0), batch);
        var kernel = new Transpose("transpose", source, target, extent) { AddsOnes = ones };
        foreach (var set in Engines.Available)
        {
            EmittedKernel.Pass pass = arena.Compile(set, kernel);
            foreach (int rows in extent.IsRows ? Enumerable.Range(1, Math.Min(17, batch)).Append(batch) : [batch])
                foreach (int workers in new[] { 1, 3 })
                {
                    arena.Fill(source, float.NaN);
                    arena.Fill(target, float.NaN);
                    arena.Randomize(source, rows, rows);
                    arena.Run(pass, rows, workers);
                    for (int column = 0; column < target.Rows; column++)
                        for (int row = 0; row < Buffer.RoundUp(batch, 16); row++)
                            Assert.Equal(row >= rows ? 0 : column < columns ? arena.At(source, row, column) : 1, arena.At(target, column, row));
                }
        }
    }
}

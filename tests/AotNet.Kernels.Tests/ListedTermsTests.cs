using AotNet.Compiler.Planning;
using AotNet.Kernels.Tests.Harness;

namespace AotNet.Kernels.Tests;

/// <summary>Products that leave out terms which are zero for a whole tile have the bits of those that sum them all.</summary>
public sealed class ListedTermsTests
{
    static readonly int[] Teams = [1, 2, 3];

    /// <summary>Batch, inputs, outputs.</summary>
    public static TheoryData<int, int, int> Shapes => new()
    {
        { 16, 16, 65 }, { 17, 24, 70 }, { 40, 64, 128 }, { 100, 48, 90 }, { 300, 104, 80 }, { 64, 784, 96 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Forward(int batch, int inputs, int outputs)
    {
        using var arena = new TestArena();
        Buffer x = arena.Add("x", batch, inputs), w = arena.Add("w", inputs, outputs), bias = arena.AddRow("bias", outputs, 3);
        Buffer y = arena.Add("y", batch, outputs), terms = arena.Add("terms", (batch + 7) / 8, 1 + inputs);
        arena.Randomize(w, inputs, 2);
        var all = new MatrixProduct("forward", x, w, y, Extent.Rows, Extent.Of(inputs)) { Bias = bias };
        Check(arena, batch, x, y, null, all, new NonzeroTerms("forward", x, terms), all with { Terms = terms });
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void WeightGradient(int batch, int inputs, int outputs)
    {
        using var arena = new TestArena();
        Buffer x = arena.Add("x", batch, inputs), r = arena.Add("residual", batch, outputs);
        Buffer g = arena.Add("gradient", inputs, outputs), terms = arena.Add("terms", inputs / 8, 1 + batch);
        arena.Randomize(r, batch, 2);
        var all = new WeightGradient("dW", x, r, g, null);
        Check(arena, batch, x, g, inputs, all, new NonzeroTerms("dW", x, terms) { OfColumns = true }, all with { Terms = terms });
    }

    [Fact]
    public void ListsAreForAsManyRowsAsTheRuntimeMakesThem() =>
        Assert.Equal(AotNet.Runtime.NonzeroTerms.TileExtent, SparsityPlanner.TileExtent);

    static void Check(TestArena arena, int batch, Buffer x, Buffer result, int? resultRows, Kernel all, NonzeroTerms lists, Kernel listed)
    {
        foreach (InstructionSet set in Engines.Available)
        {
            EmittedKernel.Pass whole = arena.Compile(set, all), find = arena.Compile(set, lists), sparse = arena.Compile(set, listed);
            foreach (int rows in new[] { 1, 7, 8, 12, 15, 16, batch - 3, batch }.Where(rows => rows <= batch).Distinct())
                foreach (Filling filling in Enum.GetValues<Filling>())
                {
                    Fill(arena, x, rows, filling);
                    arena.Fill(result, float.NaN);
                    arena.Run(whole, rows, 1);
                    float[] expected = arena.Copy(result, resultRows ?? rows);
                    foreach (int workers in Teams)
                    {
                        arena.Fill(result, float.NaN);
                        arena.Fill(lists.Terms, float.NaN);
                        arena.Run(find, rows, workers);
                        arena.Run(sparse, rows, workers);
                        Assert.True(expected.AsSpan().SequenceEqual(arena.Copy(result, resultRows ?? rows)),
                            $"{set.Name}, {rows} rows, {filling}, {workers} workers: other bits.");
                    }
                    CheckLists(arena, lists, rows, filling);
                }
        }
    }

    /// <summary>That sparse inputs are listed, and full ones are not: or the comparison would be of a product with itself.</summary>
    static void CheckLists(TestArena arena, NonzeroTerms lists, int rows, Filling filling)
    {
        int tiles = lists.OfColumns ? lists.X.Columns / 8 : (rows + 7) / 8;
        int listed = Enumerable.Range(0, tiles).Count(tile => BitConverter.SingleToInt32Bits(arena.At(lists.Terms, tile, 0)) >= 0);
        if (filling != Filling.Mixed)
            Assert.Equal(filling == Filling.Full ? 0 : tiles, listed);
    }

    static void Fill(TestArena arena, Buffer x, int rows, Filling filling)
    {
        arena.Randomize(x, rows, rows);
        for (int row = 0; row < rows; row++)
            for (int column = 0; column < x.Columns; column++)
            {
                bool blank = filling switch
                {
                    Filling.Full => false,
                    Filling.Blank => true,
                    Filling.Bordered => column < x.Columns / 2 || row % 8 < 5,
                    _ => row % 16 < 8 && column % 16 < 8,
                };
                if (blank)
                    arena.At(x, row, column) = 0;
            }
    }

    enum Filling
    {
        Full,
        Blank,
        Bordered,
        Mixed,
    }
}

namespace AotNet.Runtime.Tests;

/// <summary>Lists of the terms that count against plain loops, each worker's share by itself.</summary>
public sealed unsafe class NonzeroTermsTests
{
    const int Columns = 40, Stride = 48, ListStride = 64;

    [Theory]
    [InlineData(5)]
    [InlineData(8)]
    [InlineData(21)]
    public void OfRows(int rows)
    {
        float[] x = Sparse(rows);
        int[][] lists = Run(x, rows, (rows + 7) / 8, ofColumns: false);
        for (int tile = 0; tile < lists.Length; tile++)
        {
            Assert.Equal(Enumerable.Range(0, Columns).Where(column =>
                Enumerable.Range(8 * tile, Math.Min(8, rows - 8 * tile)).Any(row => Counts(x[row * Stride + column]))), lists[tile]);
        }
    }

    [Theory]
    [InlineData(5)]
    [InlineData(8)]
    [InlineData(21)]
    public void OfColumns(int rows)
    {
        float[] x = Sparse(rows);
        int[][] lists = Run(x, rows, Columns / 8, ofColumns: true);
        for (int tile = 0; tile < lists.Length; tile++)
        {
            Assert.Equal(Enumerable.Range(0, rows).Where(row =>
                Enumerable.Range(8 * tile, 8).Any(column => Counts(x[row * Stride + column]))), lists[tile]);
        }
    }

    [Fact]
    public void WhatIsFullHasNoLists()
    {
        float[] x = [.. Enumerable.Repeat(1f, 24 * Stride)];
        Assert.All(Run(x, 24, 3, ofColumns: false), Assert.Null);
        Assert.All(Run(x, 24, Columns / 8, ofColumns: true), Assert.Null);
    }

    [Fact]
    public void ATileThatIsFullHasNoListBesideThoseThatAreNot()
    {
        float[] x = new float[24 * Stride];
        Array.Fill(x, 1f, 8 * Stride, 8 * Stride);
        Assert.Equal([0, -1, 0], Run(x, 24, 3, ofColumns: false).Select(static list => list?.Length ?? -1));
        for (int row = 0; row < 24; row++)
            Array.Fill(x, row < 8 ? 0f : 1f, row * Stride + 8, 8);
        Assert.Equal([8, 16, 8, 8, 8], Run(x, 24, Columns / 8, ofColumns: true).Select(static list => list?.Length ?? -1));
        for (int row = 0; row < 8; row++)
            Array.Fill(x, 1f, row * Stride + 8, 8);
        Assert.Equal([8, -1, 8, 8, 8], Run(x, 24, Columns / 8, ofColumns: true).Select(static list => list?.Length ?? -1));
    }

    /// <summary>A multiply-add by NaN changes a sum, and one by -0 its sign.</summary>
    [Theory]
    [InlineData(float.NaN)]
    [InlineData(-0f)]
    [InlineData(float.Epsilon)]
    public void OnlyZeroIsZero(float value)
    {
        float[] x = new float[8 * Stride];
        x[3 * Stride + 17] = value;
        Assert.Equal([17], Run(x, 8, 1, ofColumns: false)[0]);
        Assert.Equal([3], Run(x, 8, Columns / 8, ofColumns: true)[2]);
    }

    /// <summary>Some columns blank, of the others one value in twelve not: and a row that is almost full.</summary>
    static float[] Sparse(int rows)
    {
        var random = new System.Random(rows);
        float[] x = new float[rows * Stride];
        for (int row = 0; row < rows; row++)
            for (int column = 0; column < Columns; column++)
                x[row * Stride + column] = column is >= 10 and < 30 && random.Next(row == 3 ? 2 : 12) == 0 ? random.NextSingle() - 0.5f : 0;
        return x;
    }

    static bool Counts(float value) => BitConverter.SingleToInt32Bits(value) != 0;

    /// <summary>The lists; null for those that are not given.</summary>
    static int[][] Run(float[] x, int rows, int tiles, bool ofColumns)
    {
        int[][]? first = null;
        foreach (int workers in new[] { 1, 3 })
        {
            float[] lists = new float[tiles * ListStride];
            Array.Fill(lists, float.NaN);
            using var team = new WorkerTeam(1);
            fixed (float* px = x, pLists = lists)
            {
                for (int worker = 0; worker < workers; worker++)
                {
                    var context = new KernelContext
                    {
                        Arena = px, Rows = rows, InverseRows = 1f / rows, Worker = worker, Workers = workers, Training = true, Step = 0, Seed = 0,
                        Layers = null, Team = team,
                    };
                    if (ofColumns)
                        NonzeroTerms.OfColumns(px, Columns, Stride, pLists, ListStride, in context);
                    else
                        NonzeroTerms.OfRows(px, Columns, Stride, pLists, ListStride, in context);
                }
            }
            int[][] found = [.. Enumerable.Range(0, tiles).Select(tile => List(lists.AsSpan(tile * ListStride)))];
            Assert.Equal(first ??= found, found);
        }
        return first!;
    }

    static int[] List(ReadOnlySpan<float> list)
    {
        int length = BitConverter.SingleToInt32Bits(list[0]);
        return length < 0 ? null! : [.. list.Slice(1, length).ToArray().Select(BitConverter.SingleToInt32Bits)];
    }
}

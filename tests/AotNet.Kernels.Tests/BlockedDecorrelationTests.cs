using AotNet.Compiler.Planning;
using AotNet.Kernels.Tests.Harness;
using AotNet.Runtime;

namespace AotNet.Kernels.Tests;

public sealed class BlockedDecorrelationTests
{
    const int Stream = 5;

    /// <summary>Batch, rows, inputs, outputs, block, bias, whether its gradient is decorrelated, whether the order is the reversed one.</summary>
    [Theory]
    [InlineData(8, 8, 20, 16, 8, true, true, true)]
    [InlineData(8, 5, 16, 10, 8, true, true, true)]
    [InlineData(40, 40, 100, 70, 30, true, true, false)]
    [InlineData(40, 17, 100, 70, 30, true, false, false)]
    [InlineData(9, 9, 50, 33, 16, false, true, false)]
    [InlineData(9, 1, 3, 2, 64, true, true, false)]
    public void EachBlockIsSolvedOnItsOwn(int batch, int rows, int inputs, int outputs, int block, bool bias, bool decorrelatesBias, bool reversed)
    {
        using var arena = new TestArena { ReversesBlocks = reversed };
        (arena.Layer.DecorrelateBias, arena.Layer.Damping) = (decorrelatesBias, 0.5f);
        int order = inputs + (bias ? 1 : 0), largest = Math.Min(block, order), padded = Buffer.RoundUp(largest, 16);
        Buffer x = arena.Add("x", batch, inputs), dW = arena.Add("dW", inputs, outputs);
        Buffer? db = bias ? arena.Add("db", 1, outputs) : null;
        var kernel = new BlockedDecorrelation("blocks", x, dW, db, arena.Add("permutation", 1, order), arena.Add("columns", batch, largest),
            arena.Add("gram", largest, largest), arena.Add("factor", padded, padded), arena.Add("diagonal", padded, 16),
            arena.Add("right side", padded, outputs), largest, Stream);
        arena.Randomize(x, rows, 1);

        int taking = inputs + (bias && decorrelatesBias ? 1 : 0);
        int[] permutation = Order(inputs, taking, reversed);
        float[]? first = null;
        foreach (var set in Engines.Available)
        {
            EmittedKernel.Pass pass = arena.Compile(set, kernel);
            foreach (int workers in new[] { 1, 2, 3, 8 })
            {
                arena.Randomize(dW, inputs, 2);
                if (db is not null)
                    arena.Randomize(db, 1, 3);
                double[,] gradient = Read(arena, dW, db);
                arena.Run(pass, rows, workers);
                double[,] expected = Expected(arena, x, rows, permutation, largest, gradient);
                if (first is null)
                    Assert.InRange(Dense.Error(expected, (i, j) => i < inputs ? arena.At(dW, i, j) : arena.At(db!, 0, j)), 0, 1e-5);
                float[] bits = [.. arena.Copy(dW, inputs), .. db is null ? [] : arena.Copy(db, 1)];
                Assert.Equal(first ??= bits, bits);
            }
        }
    }

    static int[] Order(int inputs, int taking, bool reversed)
    {
        var permutation = new int[taking];
        if (reversed)
            for (int i = 0; i < taking; i++)
                permutation[i] = i < inputs ? inputs - 1 - i : inputs;
        else
            new CounterRandom(CounterHash.Key(42, Stream, 3)).Permutation(permutation);
        return permutation;
    }

    static double[,] Read(TestArena arena, Buffer dW, Buffer? db)
    {
        var gradient = new double[dW.Rows + (db is null ? 0 : 1), dW.Columns];
        for (int i = 0; i < gradient.GetLength(0); i++)
            for (int j = 0; j < dW.Columns; j++)
                gradient[i, j] = i < dW.Rows ? arena.At(dW, i, j) : arena.At(db!, 0, j);
        return gradient;
    }

    static double[,] Expected(TestArena arena, Buffer x, int rows, int[] permutation, int block, double[,] gradient)
    {
        double Input(int row, int input) => input == x.Columns ? 1 : arena.At(x, row, input);

        var result = (double[,])gradient.Clone();
        foreach (int[] chosen in permutation.Chunk(block))
        {
            var a = new double[chosen.Length, chosen.Length];
            var rightSide = new double[chosen.Length, gradient.GetLength(1)];
            for (int i = 0; i < chosen.Length; i++)
            {
                for (int j = 0; j < chosen.Length; j++)
                    a[i, j] = Enumerable.Range(0, rows).Average(row => Input(row, chosen[i]) * Input(row, chosen[j]))
                        + (i == j ? arena.Layer.Damping : 0);
                for (int j = 0; j < gradient.GetLength(1); j++)
                    rightSide[i, j] = gradient[chosen[i], j];
            }
            double[,] solution = Dense.Solve(a, rightSide);
            for (int i = 0; i < chosen.Length; i++)
                for (int j = 0; j < gradient.GetLength(1); j++)
                    result[chosen[i], j] = solution[i, j];
        }
        return result;
    }
}

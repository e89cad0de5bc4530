using AotNet.Compiler;
using AotNet.Compiler.Planning;
using AotNet.Kernels.Tests.Harness;

namespace AotNet.Kernels.Tests;

public sealed class MatrixProductTests
{
    static readonly int[] Teams = [1, 2, 3, 8];

    /// <summary>Batch, inputs, outputs.</summary>
    public static TheoryData<int, int, int> Shapes => new()
    {
        { 17, 1, 1 }, { 1, 20, 10 }, { 3, 7, 16 }, { 4, 33, 33 }, { 8, 16, 48 }, { 17, 30, 70 }, { 32, 49, 112 }, { 40, 130, 130 },
        { 16, 17, 1024 }, { 300, 20, 70 }, { 200, 100, 60 }, { 272, 1000, 66 }, { 104, 128, 40 }, { 136, 144, 64 },
        { 1, 3, 5 }, { 1, 4, 3 }, { 1, 5, 10 }, { 1, 103, 3 }, { 1, 66, 17 }, { 1, 37, 30 }, { 1, 64, 40 },
        { 1, 7, 330 }, { 1, 16, 330 }, { 1, 75, 340 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Forward(int batch, int inputs, int outputs)
    {
        using var arena = new TestArena();
        Buffer x = arena.Add("x", batch, inputs), w = arena.Add("w", inputs, outputs);
        Buffer bias = arena.Add("bias", 1, outputs), y = arena.Add("y", batch, outputs);
        arena.Randomize(w, inputs, 2);
        arena.Randomize(bias, 1, 3);
        var kernel = new MatrixProduct("forward", x, w, y, Extent.Rows, Extent.Of(inputs)) { Bias = bias };
        Check(arena, kernel, batch, rows => arena.Randomize(x, rows, rows),
            (rows, i, j) => arena.At(bias, 0, j) + Sum(inputs, k => (double)arena.At(x, i, k) * arena.At(w, k, j)));
    }

    /// <summary>Batch, inputs, outputs of layers with vectors along the inputs.</summary>
    [Theory]
    [InlineData(17, 1, 1)]
    [InlineData(3, 20, 2)]
    [InlineData(40, 100, 3)]
    [InlineData(130, 64, 4)]
    [InlineData(32, 784, 4)]
    public void ForwardOfFewOutputs(int batch, int inputs, int outputs)
    {
        using var arena = new TestArena();
        Buffer x = arena.Add("x", batch, inputs), w = arena.Add("w", inputs, outputs);
        Buffer bias = arena.Add("bias", 1, outputs), y = arena.Add("y", batch, outputs);
        arena.Randomize(w, inputs, 2);
        arena.Randomize(bias, 1, 3);
        var kernel = new MatrixProduct("forward", x, w, y, Extent.Rows, Extent.Of(inputs)) { Bias = bias, SumsByLanes = true };
        Check(arena, kernel, batch, rows => arena.Randomize(x, rows, rows),
            (rows, i, j) => arena.At(bias, 0, j) + Sum(inputs, k => (double)arena.At(x, i, k) * arena.At(w, k, j)));
    }

    /// <summary>Sums that epilogues change are those that are stored without one, whichever way vectors lie.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void EpiloguesOfFewOutputs(bool byLanes)
    {
        const int batch = 21, inputs = 40, outputs = 3;
        using var arena = new TestArena();
        Buffer x = arena.Add("x", batch, inputs), w = arena.Add("w", inputs, outputs), factor = arena.Add("factor", 1, outputs);
        Buffer other = arena.Add("other", batch, outputs), y = arena.Add("y", batch, outputs), z = arena.Add("z", batch, outputs);
        arena.Randomize(x, batch, 1);
        arena.Randomize(w, inputs, 2);
        arena.Randomize(factor, 1, 3);
        arena.Randomize(other, batch, 4);
        var kernel = new MatrixProduct("forward", x, w, y, Extent.Rows, Extent.Of(inputs))
        {
            SumsByLanes = byLanes,
            Epilogue = new Epilogue("VN.MaxNative({0}, V.Zero)\n{0} * {1} + {2}", new[] { factor, other }.ToEquatableArray(), z, StoresResult: true),
        };
        foreach (InstructionSet set in Engines.Available)
            foreach (int workers in Teams)
            {
                arena.Fill(y, float.NaN);
                arena.Fill(z, float.NaN);
                arena.Run(arena.Compile(set, kernel), batch, workers);
                for (int i = 0; i < batch; i++)
                    for (int j = 0; j < outputs; j++)
                    {
                        Assert.Equal(Sum(inputs, k => (double)arena.At(x, i, k) * arena.At(w, k, j)), arena.At(y, i, j), 1e-5);
                        Assert.Equal(Math.Max(arena.At(y, i, j), 0) * arena.At(factor, 0, j) + arena.At(other, i, j), arena.At(z, i, j), 1e-6f);
                    }
            }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void InputGradient(int batch, int inputs, int outputs)
    {
        using var arena = new TestArena();
        Buffer r = arena.Add("residual", batch, outputs), w = arena.Add("w", inputs, outputs), dX = arena.Add("dX", batch, inputs);
        arena.Randomize(w, inputs, 2);
        var kernel = new MatrixProduct("dX", r, w, dX, Extent.Rows, Extent.Of(outputs)) { TransposesB = true };
        Check(arena, kernel, batch, rows => arena.Randomize(r, rows, rows),
            (rows, i, j) => Sum(outputs, k => (double)arena.At(r, i, k) * arena.At(w, j, k)));
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void WeightGradient(int batch, int inputs, int outputs)
    {
        using var arena = new TestArena();
        Buffer x = arena.Add("x", batch, inputs), r = arena.Add("residual", batch, outputs), g = arena.Add("gradient", inputs, outputs);
        var kernel = new MatrixProduct("dW", x, r, g, Extent.Of(inputs), Extent.Rows) { TransposesA = true, DividesByRows = true };
        Check(arena, kernel, batch, rows =>
        {
            arena.Randomize(x, rows, rows);
            arena.Randomize(r, rows, rows + 1);
        }, (rows, i, j) => Sum(rows, k => (double)arena.At(x, k, i) * arena.At(r, k, j)) / rows);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void GramOfInputs(int batch, int inputs, int outputs)
    {
        _ = outputs;
        using var arena = new TestArena();
        Buffer x = arena.Add("x", batch, inputs), gram = arena.Add("gram", inputs, inputs);
        var kernel = new MatrixProduct("gram", x, x, gram, Extent.Of(inputs), Extent.Rows) { TransposesA = true, UpperOnly = true };
        Check(arena, kernel, batch, rows => arena.Randomize(x, rows, rows),
            (rows, i, j) => Sum(rows, k => (double)arena.At(x, k, i) * arena.At(x, k, j)));
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void GramOfSamples(int batch, int inputs, int outputs)
    {
        _ = outputs;
        using var arena = new TestArena();
        Buffer x = arena.Add("x", batch, inputs), xt = arena.Add("transposed", inputs, batch), gram = arena.Add("gram", batch, batch);
        var kernel = new MatrixProduct("gram", x, xt, gram, Extent.Rows, Extent.Of(inputs)) { UpperOnly = true };
        Check(arena, kernel, batch, rows =>
        {
            arena.Randomize(x, rows, rows);
            arena.Fill(xt, 0);
            for (int i = 0; i < rows; i++)
                for (int k = 0; k < inputs; k++)
                    arena.At(xt, k, i) = arena.At(x, i, k);
        }, (rows, i, j) => Sum(inputs, k => (double)arena.At(x, i, k) * arena.At(x, j, k)));
    }

    /// <summary>
    /// Against sums in double, over all numbers of rows up to 17 and the batch; any team and both instruction sets must
    /// give the same bits.
    /// </summary>
    static void Check(TestArena arena, MatrixProduct kernel, int batch, Action<int> fill, Func<int, int, int, double> expected)
    {
        var passes = Engines.Available.Select(set => (set.Name, Pass: arena.Compile(set, kernel))).ToList();
        foreach (int rows in Enumerable.Range(1, Math.Min(17, batch)).Append(batch - batch / 25).Append(batch).Distinct())
        {
            fill(rows);
            int m = kernel.M.IsRows ? rows : kernel.M.Constant;
            float[]? first = null;
            foreach ((string name, EmittedKernel.Pass pass) in passes)
                foreach (int workers in Teams)
                {
                    arena.Fill(kernel.C, float.NaN);
                    arena.Run(pass, rows, workers);
                    float[] bits = Bits(arena, kernel, m);
                    if (first is null)
                    {
                        first = bits;
                        Compare(arena, kernel, m, (i, j) => expected(rows, i, j));
                    }
                    Assert.True(first.AsSpan().SequenceEqual(bits), $"{name}, {workers} workers, {rows} rows: other bits.");
                }
        }
    }

    static void Compare(TestArena arena, MatrixProduct kernel, int m, Func<int, int, double> expected)
    {
        double error = 0, norm = 1; // 1: a single sum may cancel
        for (int i = 0; i < m; i++)
            for (int j = kernel.UpperOnly ? i : 0; j < (kernel.UpperOnly ? Math.Min(m, kernel.C.Columns) : kernel.C.Columns); j++)
            {
                double value = expected(i, j);
                error += Math.Pow(value - arena.At(kernel.C, i, j), 2);
                norm += value * value;
            }
        Assert.True(error <= 1e-12 * norm, $"normalised error {Math.Sqrt(error / norm)}");
    }

    /// <summary>What the kernel promises to write, padding columns included.</summary>
    static float[] Bits(TestArena arena, MatrixProduct kernel, int m)
    {
        List<float> bits = [];
        int columns = Buffer.RoundUp(kernel.C.Columns, 16);
        for (int i = 0; i < m; i++)
            for (int j = kernel.UpperOnly ? i : 0; j < (kernel.UpperOnly ? m : columns); j++)
            {
                bits.Add(arena.At(kernel.C, i, j));
                Assert.True(!float.IsNaN(bits[^1]), $"C({i}, {j}) of {m} rows was not written.");
                Assert.True(j < kernel.C.Columns || bits[^1] == 0, $"C({i}, {j}): padding is not zero.");
            }
        return [.. bits];
    }

    static double Sum(int count, Func<int, double> term)
    {
        double sum = 0;
        for (int k = 0; k < count; k++)
            sum += term(k);
        return sum;
    }
}

using AotNet.Compiler.Planning;
using AotNet.Kernels.Tests.Harness;
using AotNet.Runtime;

namespace AotNet.Kernels.Tests;

/// <summary>Factor and solve together, against dense elimination in double.</summary>
public sealed class CholeskyTests
{
    static readonly int[] Teams = [1, 2, 3, 8];

    /// <summary>Inputs, outputs, whether there is a bias, whether its gradient is decorrelated, λ.</summary>
    public static TheoryData<int, int, bool, bool, float> PrimalShapes => new()
    {
        { 1, 1, true, true, 1 }, { 7, 10, true, true, 1 }, { 15, 16, true, true, 0.1f }, { 16, 33, true, true, 1 }, { 16, 48, false, true, 1 },
        { 31, 70, true, false, 1 }, { 47, 96, false, true, 0.01f }, { 100, 130, true, true, 1 }, { 160, 50, true, true, 0.01f },
        { 33, 10, true, false, 0.1f },
    };

    [Theory]
    [MemberData(nameof(PrimalShapes))]
    public void Primal(int inputs, int outputs, bool bias, bool decorrelatesBias, float damping)
    {
        const int rows = 24;
        using var arena = new TestArena { Layer = Layer(damping, decorrelatesBias) };
        int order = inputs + (bias ? 1 : 0), padded = Buffer.RoundUp(order, 16);
        Buffer gram = arena.Add("gram", inputs, inputs), border = arena.Add("border", 1, inputs);
        Buffer factor = arena.Add("factor", padded, padded), diagonal = arena.Add("diagonal", padded, 16);
        Buffer gradient = arena.Add("gradient padded", inputs, outputs);
        Buffer biasRow = arena.Add("bias padded", 1, outputs, contiguous: true, minimumRows: padded - inputs);

        double[,] x = Inputs(rows, inputs, 7);
        var a = new double[order, order];
        for (int i = 0; i < inputs; i++)
        {
            for (int j = 0; j < gram.Stride; j++)
            {
                double sum = j < inputs ? Enumerable.Range(0, rows).Sum(r => x[r, i] * x[r, j]) : 0;
                arena.At(gram, i, j) = (float)sum;
                if (j < inputs)
                    a[i, j] = (float)sum / rows + (i == j ? damping : 0);
            }
            arena.At(border, 0, i) = (float)Enumerable.Range(0, rows).Average(r => x[r, i]);
            if (bias && decorrelatesBias)
                a[i, inputs] = a[inputs, i] = arena.At(border, 0, i);
        }
        if (bias)
            a[inputs, inputs] = decorrelatesBias ? 1 + damping : 1;
        var kernels = new Kernel[]
        {
            new CholeskyFactor("factor", gram, bias ? border : null, factor, diagonal, Extent.Of(inputs), false),
            new CholeskySolve("solve", factor, diagonal, gradient, gradient, Extent.Of(order)) { BiasRow = bias ? biasRow : null },
        };
        CheckInPlace(arena, kernels, rows, order, gradient, biasRow, bias, a);
        Assert.Equal(0, arena.Layer.DampingRaised);
    }

    static void CheckInPlace(TestArena arena, Kernel[] kernels, int rows, int order, Buffer gradient, Buffer biasRow, bool bias, double[,] a)
    {
        float[]? first = null;
        foreach (var set in Engines.Available)
        {
            EmittedKernel.Pass pass = arena.Compile(set, kernels);
            foreach (int workers in Teams)
            {
                arena.Randomize(gradient, gradient.Rows, 11);
                if (bias)
                    arena.Randomize(biasRow, 1, 12);
                var rightSide = new double[order, gradient.Columns];
                for (int i = 0; i < order; i++)
                    for (int j = 0; j < gradient.Columns; j++)
                        rightSide[i, j] = arena.At(gradient, i, j);
                arena.Run(pass, rows, workers);
                if (first is null)
                    Assert.InRange(Dense.Error(Dense.Solve(a, rightSide), (i, j) => arena.At(gradient, i, j)), 0, 5e-6 / arena.Layer.Damping);
                float[] bits = arena.Copy(gradient, order);
                Assert.Equal(first ??= bits, bits);
            }
        }
    }

    [Theory]
    [InlineData(1, 5, 3, true)]
    [InlineData(17, 30, 10, true)]
    [InlineData(17, 30, 10, false)]
    [InlineData(40, 20, 100, true)]
    [InlineData(130, 60, 33, true)]
    public void Dual(int batch, int inputs, int outputs, bool bias)
    {
        using var arena = new TestArena();
        int padded = Buffer.RoundUp(batch, 16);
        Buffer gram = arena.Add("gram", batch, batch);
        Buffer factor = arena.Add("factor", padded, padded), diagonal = arena.Add("diagonal", padded, 16);
        Buffer residual = arena.Add("residual", batch, outputs), solution = arena.Add("solution", padded, outputs);
        Kernel[] kernels =
        [
            new CholeskyFactor("factor", gram, null, factor, diagonal, Extent.Rows, bias),
            new CholeskySolve("solve", factor, diagonal, residual, solution, Extent.Rows),
        ];
        var passes = Engines.Available.Select(set => arena.Compile(set, kernels)).ToList();
        foreach (int rows in Enumerable.Range(1, Math.Min(17, batch)).Append(batch).Distinct())
        {
            double[,] x = Inputs(rows, inputs, rows), a = new double[rows, rows], rightSide = new double[rows, outputs];
            arena.Fill(gram, float.NaN);
            arena.Randomize(residual, rows, rows);
            for (int i = 0; i < rows; i++)
            {
                for (int j = i & ~15; j < rows; j++)
                {
                    arena.At(gram, i, j) = (float)Enumerable.Range(0, inputs).Sum(k => x[i, k] * x[j, k]);
                    a[i, j] = a[j, i] = ((double)arena.At(gram, i, j) + (bias ? 1 : 0)) / rows + (i == j ? 1 : 0);
                }
                for (int j = 0; j < outputs; j++)
                    rightSide[i, j] = arena.At(residual, i, j);
            }
            float[]? first = null;
            foreach (EmittedKernel.Pass pass in passes)
                foreach (int workers in Teams)
                {
                    arena.Fill(solution, float.NaN);
                    arena.Run(pass, rows, workers);
                    float[] bits = arena.Copy(solution, Buffer.RoundUp(rows, 16));
                    if (first is null)
                        Assert.InRange(Dense.Error(Dense.Solve(a, rightSide), (i, j) => arena.At(solution, i, j)), 0, 1e-5);
                    Assert.Equal(first ??= bits, bits);
                    for (int i = rows; i < Buffer.RoundUp(rows, 16); i++)
                        for (int j = 0; j < outputs; j++)
                            Assert.Equal(0, arena.At(solution, i, j));
                }
        }
    }

    /// <summary>An indefinite matrix needs more damping; the solution is that of the damping it ended with.</summary>
    [Fact]
    public void RaisesTheDampingUntilPivotsArePositive()
    {
        const int order = 40, rows = 2;
        using var arena = new TestArena();
        (Kernel[] kernels, Buffer gram, Buffer gradient) = Indefinite(arena, order);
        arena.Fill(gram, 0);
        for (int i = 0; i < order; i++)
            arena.At(gram, i, i) = i == 30 ? -1f : 4f;
        foreach (EmittedKernel.Pass pass in Engines.Available.Select(set => arena.Compile(set, kernels)))
            foreach (int workers in Teams)
            {
                arena.Layer = Layer(1e-3f);
                arena.Fill(gradient, 1);
                arena.Run(pass, rows, workers);
                Assert.Equal(3, arena.Layer.DampingRaised);
                Assert.Equal(0, arena.Layer.DecorrelationsSkipped);
                Assert.Equal(1f, arena.Layer.DampingInForce, 1e-5f);
                Assert.Equal(1 / 3.0, arena.At(gradient, 0, 0), 1e-5);
                Assert.Equal(1 / 0.5, arena.At(gradient, 30, 9), 1e-5);
            }
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(-1e30f)]
    public void LeavesTheGradientWhenNothingHelps(float culprit)
    {
        const int order = 40, rows = 2;
        using var arena = new TestArena();
        (Kernel[] kernels, Buffer gram, Buffer gradient) = Indefinite(arena, order);
        arena.Randomize(gram, order, 1);
        arena.At(gram, 17, 17) = culprit;
        foreach (EmittedKernel.Pass pass in Engines.Available.Select(set => arena.Compile(set, kernels)))
            foreach (int workers in Teams)
            {
                arena.Layer = Layer(1);
                arena.Fill(gradient, 1);
                arena.Run(pass, rows, workers);
                Assert.Equal(8, arena.Layer.DampingRaised);
                Assert.Equal(1, arena.Layer.DecorrelationsSkipped);
                Assert.Equal(0f, arena.Layer.DampingInForce);
                for (int i = 0; i < order; i++)
                    for (int j = 0; j < 10; j++)
                        Assert.Equal(1f, arena.At(gradient, i, j));
            }
    }

    static (Kernel[] Kernels, Buffer Gram, Buffer Gradient) Indefinite(TestArena arena, int order)
    {
        Buffer gram = arena.Add("gram", order, order), factor = arena.Add("factor", 48, 48), diagonal = arena.Add("diagonal", 48, 16);
        Buffer gradient = arena.Add("gradient", 48, 10);
        return ([
            new CholeskyFactor("factor", gram, null, factor, diagonal, Extent.Of(order), false),
            new CholeskySolve("solve", factor, diagonal, gradient, gradient, Extent.Of(order)),
        ], gram, gradient);
    }

    static LayerCurvatureState Layer(float damping, bool decorrelatesBias = true) =>
        new() { Decorrelate = true, DecorrelateBias = decorrelatesBias, Damping = damping };

    static double[,] Inputs(int rows, int inputs, int seed)
    {
        var random = new Random(seed);
        var x = new double[rows, inputs];
        for (int i = 0; i < rows; i++)
            for (int j = 0; j < inputs; j++)
                x[i, j] = random.NextDouble() * 2 - 0.5;
        return x;
    }
}

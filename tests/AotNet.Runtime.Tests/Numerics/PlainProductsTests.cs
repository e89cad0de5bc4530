namespace AotNet.Runtime.Tests;

/// <summary>The general products of probes against loops in double precision, each worker's share by itself.</summary>
public sealed unsafe class PlainProductsTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(5, 3, 16)]
    [InlineData(4, 17, 33)]
    [InlineData(7, 40, 9)]
    public void Products(int m, int k, int n)
    {
        foreach (bool transposed in new[] { false, true })
        {
            foreach (bool withBias in new[] { false, true })
            {
                foreach (int workers in new[] { 1, 3 })
                    Check(m, k, n, transposed, withBias, workers);
            }
        }
    }

    static void Check(int m, int k, int n, bool transposed, bool withBias, int workers)
    {
        int strideA = Padded(k) + 16, strideB = Padded(transposed ? k : n), strideC = Padded(n) + 16;
        float[] a = Filled(m, k, strideA, 1), b = transposed ? Filled(n, k, strideB, 2) : Filled(k, n, strideB, 2), bias = Filled(1, n, strideC, 3);
        var c = new float[m * strideC];
        using var team = new WorkerTeam(1);
        fixed (float* pa = a, pb = b, pc = c, px = bias)
        {
            for (int worker = 0; worker < workers; worker++)
            {
                var context = new KernelContext
                {
                    Arena = pa, Rows = m, InverseRows = 1f / m, Worker = worker, Workers = workers, Training = true, Step = 0, Seed = 0,
                    Layers = null, Team = team,
                };
                if (transposed)
                    PlainProducts.OfTransposed(pa, strideA, pb, strideB, withBias ? px : null, pc, strideC, m, k, n, in context);
                else
                    PlainProducts.Of(pa, strideA, pb, strideB, withBias ? px : null, pc, strideC, m, k, n, in context);
            }
        }
        for (int row = 0; row < m; row++)
        {
            for (int column = 0; column < strideC; column++)
            {
                double expected = column < n && withBias ? bias[column] : 0;
                for (int i = 0; column < n && i < k; i++)
                    expected += (double)a[row * strideA + i] * (transposed ? b[column * strideB + i] : b[i * strideB + column]);
                Assert.Equal(expected, c[row * strideC + column], 1e-5);
            }
        }
    }

    static int Padded(int columns) => (columns + 15) / 16 * 16;

    static float[] Filled(int rows, int columns, int stride, int seed)
    {
        var random = new System.Random(seed);
        var values = new float[rows * stride];
        for (int row = 0; row < rows; row++)
            for (int column = 0; column < columns; column++)
                values[row * stride + column] = random.NextSingle() * 2 - 1;
        return values;
    }
}

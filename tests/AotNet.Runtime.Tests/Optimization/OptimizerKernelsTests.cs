namespace AotNet.Runtime.Tests.Optimization;

public sealed unsafe class OptimizerKernelsTests
{
    const int Count = 16 * 13;
    const int Padding = 16; // the last elements have neither weight nor gradient

    public static TheoryData<string> Names => [.. Settings.Keys];

    static readonly Dictionary<string, Optimizer> Settings = new()
    {
        ["sgd"] = Optimizer.Sgd(),
        ["sgd, no momentum"] = Optimizer.Sgd() with { Momentum = 0, WeightDecay = 0.01f },
        ["sgd, L2"] = Optimizer.Sgd() with { WeightDecay = 0.01f },
        ["sgd, decoupled"] = Optimizer.Sgd() with { WeightDecay = 0.01f, WeightDecayKind = WeightDecayKind.Decoupled },
        ["sgd, Nesterov"] = Optimizer.Sgd() with { Nesterov = true, WeightDecay = 0.01f },
        ["sgd, clipped"] = Optimizer.Sgd() with { ClipValue = 0.5f },
        ["sgd2"] = Optimizer.Sgd2() with { WeightDecay = 0.01f },
        ["sgd2, L2"] = Optimizer.Sgd2() with { WeightDecay = 0.01f, WeightDecayKind = WeightDecayKind.L2 },
        ["sgd2, decoupled"] = Optimizer.Sgd2() with { WeightDecay = 0.01f, WeightDecayKind = WeightDecayKind.Decoupled },
        ["adam"] = Optimizer.Adam(),
        ["adam, L2"] = Optimizer.Adam() with { WeightDecay = 0.01f },
        ["adamw"] = Optimizer.AdamW(0.01f),
        ["rmsprop"] = Optimizer.RmsProp(),
        ["rmsprop, momentum"] = Optimizer.RmsProp() with { Momentum = 0.9f, WeightDecay = 0.01f },
        ["adagrad"] = Optimizer.Adagrad(),
        ["adagrad, L2"] = Optimizer.Adagrad() with { WeightDecay = 0.01f },
        ["authors' adam"] = OptimizerPresets.Paper(OptimizerKind.Adam, 0.01f),
        ["authors' rmsprop"] = OptimizerPresets.Paper(OptimizerKind.RmsProp, 0.01f),
        ["authors' adagrad"] = OptimizerPresets.Paper(OptimizerKind.Adagrad, 0.01f),
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void Ten_steps_agree_with_the_rule_in_double_precision_and_between_widths(string name)
    {
        Optimizer optimizer = Settings[name];
        optimizer.Validate();
        foreach (bool decay in (bool[])[true, false])
        {
            var wide = new State();
            var narrow = new State();
            var exact = new ScalarOptimizer(optimizer, wide.W);
            for (int step = 1; step <= 10; step++)
            {
                float[] g = Gradients(step);
                float rate = optimizer.LearningRate / step;
                float scale = step % 2 == 0 ? 1f : 0.75f;
                var arguments = new UpdateArguments(optimizer, rate, step, decay, scale);
                wide.Update(arguments, g, wide: true);
                narrow.Update(arguments, g, wide: false);
                exact.Update(g, rate, step, decay, scale);
            }
            for (int i = 0; i < Count; i++)
            {
                Assert.Equal(BitConverter.SingleToInt32Bits(wide.W[i]), BitConverter.SingleToInt32Bits(narrow.W[i]));
                Assert.Equal(BitConverter.SingleToInt32Bits(wide.M[i]), BitConverter.SingleToInt32Bits(narrow.M[i]));
                Assert.Equal(BitConverter.SingleToInt32Bits(wide.V[i]), BitConverter.SingleToInt32Bits(narrow.V[i]));
                Assert.Equal(exact.W[i], wide.W[i], 2e-6);
                Assert.Equal(exact.M[i], wide.M[i], 2e-6 * (1 + Math.Abs(exact.M[i])));
                Assert.Equal(exact.V[i], wide.V[i], 2e-6 * (1 + Math.Abs(exact.V[i])));
            }
            Assert.All(wide.W[^Padding..], value => Assert.Equal(0f, value));
            Assert.All(wide.M[^Padding..], value => Assert.Equal(0f, value));
            Assert.All(wide.V[^Padding..], value => Assert.Equal(0f, value));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Moments_that_a_rule_does_not_keep_are_not_touched(string name)
    {
        Optimizer optimizer = Settings[name];
        float[] g = Gradients(1);
        float[] w = Gradients(2), m = new float[Count], v = new float[Count];
        fixed (float* pw = w, pg = g, pm = m, pv = v)
        {
            // A null pointer stands for a moment that has no memory: touching it would end the process.
            OptimizerKernels.Update(new UpdateArguments(optimizer, 0.1f, 1, true), pw, pg,
                optimizer.KeepsFirstMoment ? pm : null, optimizer.KeepsSecondMoment ? pv : null, Count);
        }
        Assert.Equal(optimizer.KeepsFirstMoment, m.Any(value => value != 0));
        Assert.Equal(optimizer.KeepsSecondMoment, v.Any(value => value != 0));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Blocks_and_outer_products_take_the_same_step_as_flat_gradients(string name)
    {
        const int rows = 3, columns = 32, stride = 48;
        var arguments = new UpdateArguments(Settings[name], 0.1f, 2, true);
        float[] left = Gradients(7, rows), right = Gradients(8, columns), residual = Gradients(9, columns);
        float[] g = [.. from l in left from r in right select l * r];
        foreach (bool wide in (bool[])[true, false])
        {
            State flat = new(rows * stride), block = new(rows * stride), outer = new(rows * stride);
            float[] inputs = new float[rows];
            for (int row = 0; row < rows; row++)
                flat.Update(arguments, g[(row * columns)..((row + 1) * columns)], wide, row * stride);
            block.UpdateBlock(arguments, g, wide, rows, columns, stride);
            outer.UpdateOuter(arguments, left, right, residual, inputs, wide, columns, stride);
            Assert.Equal(flat.W, block.W);
            Assert.Equal(flat.M, block.M);
            Assert.Equal(flat.V, block.V);
            Assert.Equal(flat.W, outer.W);
            Assert.Equal(flat.M, outer.M);
            Assert.Equal(flat.V, outer.V);
            float[] before = new State(rows * stride).W;
            for (int row = 0; row < rows; row++)
                Assert.Equal(Enumerable.Range(0, columns).Sum(i => (double)before[row * stride + i] * residual[i]), inputs[row], 1e-5);
        }
    }

    [Fact]
    public void Sums_over_lanes_agree_between_widths()
    {
        float[] x = Gradients(5), y = Gradients(6);
        fixed (float* px = x, py = y)
            Assert.Equal(OptimizerKernels.Narrow.Dot(px, py, Count), OptimizerKernels.Wide.Dot(px, py, Count));
    }

    [Theory]
    [InlineData(16)]
    [InlineData(4096)]
    [InlineData(4096 + 16)]
    [InlineData(3 * 4096 - 16)]
    public void Sums_of_squares_agree_between_widths_and_splits(int count)
    {
        float[] g = Gradients(3, count);
        double exact = g.Sum(value => (double)value * value);
        fixed (float* p = g)
        {
            double sum = OptimizerKernels.SumOfSquares(p, count);
            Assert.Equal(exact, sum, 1e-12 * exact);
            double inOrder = 0;
            for (long chunk = 0; chunk < OptimizerKernels.Chunks(count); chunk++)
            {
                float* first = p + chunk * OptimizerKernels.Chunk;
                int length = (int)Math.Min(OptimizerKernels.Chunk, count - chunk * OptimizerKernels.Chunk);
                double narrow = OptimizerKernels.Narrow.ChunkSumOfSquares(first, length);
                Assert.Equal(narrow, OptimizerKernels.Wide.ChunkSumOfSquares(first, length));
                inOrder += narrow;
            }
            Assert.Equal(sum, inOrder);
        }
    }

    [Fact]
    public void Squares_beyond_single_precision_are_summed()
    {
        float[] g = new float[16];
        g[3] = 1e30f;
        g[15] = float.Epsilon;
        fixed (float* p = g)
            Assert.Equal((double)1e30f * 1e30f, OptimizerKernels.SumOfSquares(p, 16));
    }

    [Theory]
    [InlineData(25.0, 0f, 1f)]
    [InlineData(25.0, 5f, 1f)]
    [InlineData(25.0, 10f, 1f)]
    [InlineData(25.0, 1f, 0.2f)]
    [InlineData(0.0, 1f, 1f)]
    public void Gradients_are_brought_down_to_the_norm_and_never_up(double sumOfSquares, float clipNorm, float expected) =>
        Assert.Equal(expected, OptimizerKernels.ClipScale(sumOfSquares, clipNorm));

    [Fact]
    public void Steps_count_from_one() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new UpdateArguments(Optimizer.Adam(), 0.1f, 0, true));

    static float[] Gradients(ulong seed, int count = Count)
    {
        var random = CounterRandom.FromSeed(seed, stream: 0);
        float[] values = new float[count];
        for (int i = 0; i < (count == Count ? Count - Padding : count); i++)
            values[i] = (float)random.NextGaussian();
        return values;
    }

    static float[] Gradients(int step) => Gradients((ulong)step);

    sealed class State(int count = Count)
    {
        public readonly float[] W = Gradients(100, count), M = new float[count], V = new float[count];

        public void Update(in UpdateArguments arguments, float[] g, bool wide, int start = 0)
        {
            fixed (float* pw = &W[start], pg = g, pm = &M[start], pv = &V[start])
            {
                if (wide)
                    OptimizerKernels.Wide.UpdateTile(arguments, pw, pg, pm, pv, 1, g.Length, 0, 0);
                else
                    OptimizerKernels.Narrow.UpdateTile(arguments, pw, pg, pm, pv, 1, g.Length, 0, 0);
            }
        }

        public void UpdateBlock(in UpdateArguments arguments, float[] g, bool wide, int rows, int columns, int stride)
        {
            fixed (float* pw = W, pg = g, pm = M, pv = V)
            {
                if (wide)
                    OptimizerKernels.Wide.UpdateTile(arguments, pw, pg, pm, pv, rows, columns, stride, columns);
                else
                    OptimizerKernels.Narrow.UpdateTile(arguments, pw, pg, pm, pv, rows, columns, stride, columns);
            }
        }

        public void UpdateOuter(in UpdateArguments arguments, float[] left, float[] right, float[] residual, float[] inputs, bool wide,
            int columns, int stride)
        {
            fixed (float* pw = W, pm = M, pv = V, pl = left, pr = right, ps = residual, pi = inputs)
            {
                var product = new OuterProduct
                {
                    Left = pl,
                    Right = pr,
                    Residual = ps,
                    InputResidual = pi,
                    Rows = left.Length,
                    Columns = columns,
                    Stride = stride,
                };
                if (wide)
                    OptimizerKernels.Wide.UpdateOuter(arguments, product, pw, pm, pv);
                else
                    OptimizerKernels.Narrow.UpdateOuter(arguments, product, pw, pm, pv);
            }
        }
    }
}

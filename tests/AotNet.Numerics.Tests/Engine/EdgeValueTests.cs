using AotNet.Compiler;
using AotNet.Compiler.Specification;
using AotNet.Numerics.Tests.Harness;
using AotNet.Reference;
using AotNet.Runtime;

namespace AotNet.Numerics.Tests.Engine;

/// <summary>What overflow, NaN, infinite and denormal values do.</summary>
public sealed class EdgeValueTests(EdgeValueTests.Networks networks) : IClassFixture<EdgeValueTests.Networks>
{
    const int Batch = 4, Width = 24;

    static readonly string[] Activations = ["Relu", "LeakyRelu", "ModU", "Tanh", "Sigmoid", "Gelu", "Silu"];

    // Finite edges; the last four are denormal.
    static readonly float[] Edges =
        [0, 1, -1, 1e-6f, -1e-6f, 5, -5, 9, -9, 20, -20, 90, -90, 1e4f, -1e4f, 1e30f, -1e30f, 1e-30f, -1e-30f, 3.4e38f, 1e-39f, -1e-39f, 1e-44f, -1e-44f];

    /// <summary>Every activation on every instruction set.</summary>
    public static TheoryData<string, EmittedInstructions> ActivationCases => InstructionSets.Each(Activations);

    /// <summary>Every instruction set.</summary>
    public static TheoryData<EmittedInstructions> Instructions => [.. InstructionSets.Available];

    [Theory, MemberData(nameof(ActivationCases))]
    public void Activations_of_extreme_values_agree_with_the_reference(string activation, EmittedInstructions instructions)
    {
        using EngineRun run = Identity(activation, instructions);
        float[] actual = Predict(run, Edges);
        double[] expected = run.Reference.Evaluate(OneRow(Edges)).Predictions.Values;
        for (int i = 0; i < Width; i++)
        {
            double tolerance = 2e-6 * Math.Abs(expected[i]) + 100 * (double)float.Epsilon;
            Assert.True(Math.Abs(actual[i] - expected[i]) <= tolerance, $"{activation}({Edges[i]:R}) is {actual[i]:R}, expected {expected[i]:R}");
        }
    }

    [Theory, MemberData(nameof(ActivationCases))]
    public void Activations_keep_nan_and_have_limits(string activation, EmittedInstructions instructions)
    {
        // The network has one feature here, so that a NaN times a zero weight does not spread.
        foreach (float value in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity })
        {
            using EngineRun run = Identity(activation, instructions, single: true);
            float actual = Predict(run, [value])[0];
            float expected = (float)run.Reference.Evaluate(OneRow([value])).Predictions[0, 0];
            if (float.IsNegativeInfinity(value) && activation is "Gelu" or "Silu")
                Assert.True(actual == 0 || float.IsNaN(actual), $"{activation}({value}) is {actual}"); // -∞ times 0
            else
                Assert.Equal(expected, actual);
        }
    }

    [Theory, MemberData(nameof(Instructions))]
    public void Denormals_are_kept(EmittedInstructions instructions)
    {
        using EngineRun run = Identity("Relu", instructions);
        float[] denormals = [.. Enumerable.Range(1, Width).Select(static i => i * float.Epsilon)];
        Assert.Equal(denormals, Predict(run, denormals));
    }

    [Theory, MemberData(nameof(Instructions))]
    public void A_nan_in_one_row_stays_in_that_row_of_predictions(EmittedInstructions instructions)
    {
        using var run = new EngineRun(networks.Emitted, networks.Softmax, instructions);
        Batch clean = Samples.Batch(run.Graph, Batch, 1), dirty = new([clean.Inputs[0].Copy()], clean.Target);
        float[] expected = run.PredictEngine(clean);
        dirty.Inputs[0][2, 1] = double.NaN;
        float[] actual = run.PredictEngine(dirty);
        int classes = run.Graph.Output.Width;
        for (int r = 0; r < Batch; r++)
            for (int c = 0; c < classes; c++)
                Assert.Equal(r == 2 ? float.NaN : expected[r * classes + c], actual[r * classes + c]);
    }

    [Theory, MemberData(nameof(Instructions))]
    public void Losses_of_huge_logits_do_not_overflow(EmittedInstructions instructions)
    {
        foreach (NetworkSpec spec in new[] { networks.Softmax, networks.Binary })
        {
            using var run = new EngineRun(networks.Emitted, spec, instructions);
            Batch drawn = Samples.Batch(run.Graph, Batch, 1);
            Batch batch = drawn with { Inputs = [1e5 * drawn.Inputs[0]] };
            run.Engine.Optimizer = Optimizer.Sgd(1e-12f);
            run.CompareInference(batch, 1e-5);
            run.CompareStep(batch, 1e-5);
        }
    }

    [Theory, MemberData(nameof(Instructions))]
    public void A_step_whose_loss_is_not_finite_changes_nothing_and_names_the_layer(EmittedInstructions instructions)
    {
        foreach ((double factor, string layer) in new[] { (double.NaN, "x"), (double.PositiveInfinity, "x"), (1e38, "first") })
        {
            using var run = new EngineRun(networks.Emitted, networks.Normed, instructions);
            run.Engine.Optimizer = Optimizer.Sgd2(0.1f);
            run.CompareStep(Samples.Batch(run.Graph, Batch, 1), 1e-4);
            Batch drawn = Samples.Batch(run.Graph, Batch, 2);
            Matrix input = drawn.Inputs[0].Map(x => factor * (Math.Abs(x) + 1));
            NetworkTensor weight = run.Engine.Tensors["first.weight"];
            weight.CopyFrom([.. weight.ToArray().Select(static w => Math.Abs(w) + 10)]);
            uint[] before = Bits(run.Engine);
            BatchResult result = run.StepEngine(drawn with { Inputs = [input] });
            Assert.False(float.IsFinite(result.Loss));
            Assert.Equal(layer, run.Engine.NonFiniteLayer);
            Assert.Equal(1, run.Engine.StepCount);
            Assert.Equal(before, Bits(run.Engine));

            // The next good batch trains as if nothing had happened.
            Assert.True(float.IsFinite(run.StepEngine(drawn).Loss));
            Assert.Null(run.Engine.NonFiniteLayer);
            Assert.Equal(2, run.Engine.StepCount);
        }
    }

    [Theory, MemberData(nameof(Instructions))]
    public void A_gram_that_overflows_is_damped_or_skipped_and_counted(EmittedInstructions instructions)
    {
        // Inputs of 1e19 have products beyond the largest float, while loss and gradient stay finite.
        foreach (NetworkSpec spec in new[] { networks.Primal, networks.Dual, networks.Blocked })
        {
            using var run = new EngineRun(networks.Emitted, spec, instructions);
            run.Engine.Optimizer = Optimizer.Sgd2(1e-30f);
            foreach (NetworkTensor tensor in run.Engine.Parameters)
                tensor.CopyFrom([.. tensor.ToArray().Select(static w => w * 1e-19f)]);
            Batch drawn = Samples.Batch(run.Graph, Batch, 1);
            BatchResult result = run.StepEngine(drawn with { Inputs = [1e20 * drawn.Inputs[0]] });
            Assert.True(float.IsFinite(result.Loss));
            Assert.True(run.Engine.DampingRaised + run.Engine.DecorrelationsSkipped > 0, spec.Name);
            Assert.All(run.Engine.Parameters, static tensor => Assert.All(tensor.ToArray(), static w => Assert.True(float.IsFinite(w))));
        }
    }

    EngineRun Identity(string activation, EmittedInstructions instructions, bool single = false)
    {
        var run = new EngineRun(networks.Emitted, networks.Identities[(activation, single)], instructions);
        foreach ((string name, Matrix tensor) in run.Reference.Tensors)
            tensor.Assign(Matrix.Of(tensor.Rows, tensor.Columns, (r, c) => r == c ? 1 : 0));
        run.CopyToEngine();
        return run;
    }

    static Batch OneRow(float[] values) =>
        new(Matrix.Of(1, values.Length, (_, c) => values[c]), new Matrix(1, values.Length));

    static float[] Predict(EngineRun run, float[] values) => run.PredictEngine(OneRow(values));

    static uint[] Bits(CompiledNetwork network) =>
        [.. network.Tensors.SelectMany(static tensor => tensor.ToArray()).Select(BitConverter.SingleToUInt32Bits)];

    /// <summary>All networks in one compilation.</summary>
    public sealed class Networks : IDisposable
    {
        /// <summary>Compiles them.</summary>
        public Networks()
        {
            foreach (string activation in Activations)
            {
                Identities[(activation, false)] = Identity(activation, Width, "Wide");
                Identities[(activation, true)] = Identity(activation, 1, "Single");
            }
            Emitted = EmittedNetworks.Compile([.. Identities.Values, Softmax, Binary, Normed, Primal, Dual, Blocked]);
        }

        /// <summary>An activation between two layers that can be set to the identity.</summary>
        public Dictionary<(string Activation, bool Single), NetworkSpec> Identities { get; } = [];

        internal NetworkSpec Softmax { get; } = Classifier("EdgeSoftmax", static (b, y) => b.SoftmaxCrossEntropy(y, b.Labels(5)));

        internal NetworkSpec Binary { get; } = Classifier("EdgeBinary", static (b, y) => b.BinaryCrossEntropy(y, b.Targets(5)));

        internal NetworkSpec Normed { get; } = WithNorms();

        internal NetworkSpec Primal { get; } = Zoo.Smooth("EdgePrimal", Batch, Curvature.Primal);

        internal NetworkSpec Dual { get; } = Zoo.Smooth("EdgeDual", Batch, Curvature.Dual);

        internal NetworkSpec Blocked { get; } = Zoo.Smooth("EdgeBlocked", Batch, Curvature.Blocked);

        /// <summary>What they compiled to.</summary>
        public EmittedNetworks Emitted { get; }

        /// <inheritdoc/>
        public void Dispose() => Emitted.Dispose();

        static NetworkSpec Identity(string activation, int width, string suffix)
        {
            var builder = new NetworkBuilder("Edge" + activation + suffix, Batch);
            Value y = builder.Input("x", width).Activation(activation).Dense(width, bias: false, curvature: Curvature.Off);
            return builder.MeanSquaredError(y, builder.Targets(width));
        }

        static NetworkSpec Classifier(string name, Func<NetworkBuilder, Value, NetworkSpec> ending)
        {
            var builder = new NetworkBuilder(name, Batch);
            return ending(builder, builder.Input("x", 6).Dense(7, curvature: Curvature.Off).ModU().Dense(5, curvature: Curvature.Off));
        }

        static NetworkSpec WithNorms()
        {
            var builder = new NetworkBuilder("EdgeNormed", Batch);
            Value x = builder.Input("x", 6).Dense(7, curvature: Curvature.Off, name: "first").ModU().BatchRms();
            x = x.Dense(5, curvature: Curvature.Off).BatchNorm().Tanh();
            return builder.MeanSquaredError(x.Dense(3, curvature: Curvature.Off), builder.Targets(3));
        }
    }
}

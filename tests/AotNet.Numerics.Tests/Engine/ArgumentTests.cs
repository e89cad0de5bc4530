using AotNet.Compiler;
using AotNet.Compiler.Specification;
using AotNet.Numerics.Tests.Harness;
using AotNet.Runtime;

namespace AotNet.Numerics.Tests.Engine;

/// <summary>Mistakes of the caller are thrown before anything is written, and name the argument.</summary>
public sealed class ArgumentTests(ArgumentTests.Networks networks) : IClassFixture<ArgumentTests.Networks>
{
    const int Batch = 3, Features = 6, Classes = 4;

    delegate float TypedStep(ReadOnlySpan<float> x, ReadOnlySpan<int> label);

    delegate void TypedPredict(ReadOnlySpan<float> x, Span<float> output);

    [Theory]
    [InlineData(0, 0, 0, "inputs")]
    [InlineData(Features - 1, 1, 0, "inputs")]
    [InlineData(2 * Features + 1, 2, 0, "inputs")]
    [InlineData((Batch + 1) * Features, Batch + 1, 0, "inputs")]
    [InlineData(2 * Features, 1, 0, "labels")]
    [InlineData(2 * Features, 3, 0, "labels")]
    [InlineData(2 * Features, 0, 0, "labels")]
    [InlineData(2 * Features, 2, 1, "targets")]
    public void Lengths_must_fit_a_classifier(int inputs, int labels, int targets, string argument)
    {
        using CompiledNetwork network = networks.Emitted.Create(networks.Classifier, EmittedInstructions.Avx2);
        Unchanged(network, argument, () => network.StepBatch(new float[inputs], new int[labels], new float[targets]));
        Unchanged(network, argument, () => network.EvaluateBatch(new float[inputs], new int[labels], new float[targets]));
    }

    [Theory]
    [InlineData(2 * Features, 0, 2 * Classes - 1, "targets")]
    [InlineData(2 * Features, 0, 0, "targets")]
    [InlineData(2 * Features, 0, 3 * Classes, "targets")]
    [InlineData(2 * Features, 2, 2 * Classes, "labels")]
    [InlineData(Features + 2, 0, Classes, "inputs")]
    public void Lengths_must_fit_a_regression(int inputs, int labels, int targets, string argument)
    {
        using CompiledNetwork network = networks.Emitted.Create(networks.Regression, EmittedInstructions.Avx2);
        Unchanged(network, argument, () => network.StepBatch(new float[inputs], new int[labels], new float[targets]));
        Unchanged(network, argument, () => network.EvaluateBatch(new float[inputs], new int[labels], new float[targets]));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(Classes)]
    [InlineData(int.MinValue)]
    [InlineData(int.MaxValue)]
    public void Labels_must_be_classes(int label)
    {
        using CompiledNetwork network = networks.Emitted.Create(networks.Classifier, EmittedInstructions.Avx2);
        Unchanged(network, "labels", () => network.StepBatch(new float[3 * Features], [0, 1, label], []));
    }

    [Theory]
    [InlineData(Features + 1, Classes, "inputs")]
    [InlineData(Features, Classes - 1, "outputs")]
    [InlineData(Features, 2 * Classes, "outputs")]
    public void Predictions_need_room_for_exactly_their_rows(int inputs, int outputs, string argument)
    {
        using CompiledNetwork network = networks.Emitted.Create(networks.Classifier, EmittedInstructions.Avx2);
        float[] room = new float[outputs];
        room.AsSpan().Fill(7);
        Unchanged(network, argument, () => network.PredictBatch(new float[inputs], room));
        Unchanged(network, argument, () => network.EvaluateBatch(new float[inputs], [0], [], room));
        Assert.All(room, static value => Assert.Equal(7, value));
    }

    [Fact]
    public void Typed_calls_name_the_parameters_of_the_declaration()
    {
        using CompiledNetwork network = networks.Emitted.Create(networks.Classifier, EmittedInstructions.Avx2);
        var step = network.GetType().GetMethod("Step", [typeof(ReadOnlySpan<float>), typeof(ReadOnlySpan<int>)])!.CreateDelegate<TypedStep>(network);
        var predict = network.GetType().GetMethod("Predict")!.CreateDelegate<TypedPredict>(network);
        Unchanged(network, "x", () => step(new float[Features - 1], [0]));
        Unchanged(network, "label", () => step(new float[Features], [Classes]));
        Unchanged(network, "label", () => step(new float[Features], []));
        Unchanged(network, "output", () => predict(new float[Features], new float[1]));
        Assert.True(float.IsFinite(step(new float[Features], [1])));
        float[] output = new float[Classes];
        predict(new float[Features], output);
        Assert.Equal(1, output.Sum(), 1e-6f);
    }

    [Fact]
    public void Settings_are_checked_when_they_are_set()
    {
        using CompiledNetwork network = networks.Emitted.Create(networks.Classifier, EmittedInstructions.Avx2);
        Optimizer before = network.Optimizer;
        foreach (Optimizer wrong in new[]
        {
            Optimizer.Sgd(0), Optimizer.Sgd(float.NaN), Optimizer.Sgd2() with { Damping = 0 }, Optimizer.Sgd() with { Momentum = 1 },
            Optimizer.Sgd() with { ClipNorm = -1 }, Optimizer.Sgd() with { WeightDecay = float.PositiveInfinity },
        })
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => network.Optimizer = wrong);
            Assert.Same(before, network.Optimizer);
        }
        foreach (int threads in new[] { -1, 257 })
        {
            var thrown = Assert.ThrowsAny<Exception>(() => networks.Emitted.Create(networks.Classifier, EmittedInstructions.Avx2, threads: threads));
            Assert.Equal("threads", Assert.IsType<ArgumentOutOfRangeException>(thrown.InnerException ?? thrown).ParamName);
        }
    }

    [Fact]
    public void A_disposed_network_says_so()
    {
        CompiledNetwork network = networks.Emitted.Create(networks.Classifier, EmittedInstructions.Avx2);
        network.Dispose();
        network.Dispose();
        Assert.Throws<ObjectDisposedException>(() => network.StepBatch(new float[Features], [0], []));
        Assert.Throws<ObjectDisposedException>(() => network.PredictBatch(new float[Features], new float[Classes]));
        Assert.Throws<ObjectDisposedException>(() => network.Parameters[0].ToArray());
    }

    /// <summary>The call throws for an argument and leaves every byte of the arena.</summary>
    internal static unsafe void Unchanged(CompiledNetwork network, string argument, Action call)
    {
        byte[] before = new ReadOnlySpan<byte>(network.Memory.Base, (int)network.Memory.Length).ToArray();
        Assert.Equal(argument, Assert.ThrowsAny<ArgumentException>(call).ParamName);
        Assert.True(new ReadOnlySpan<byte>(network.Memory.Base, before.Length).SequenceEqual(before));
        Assert.Equal(0, network.StepCount);
    }

    /// <summary>Both networks in one compilation.</summary>
    public sealed class Networks : IDisposable
    {
        /// <summary>Compiles them.</summary>
        public Networks()
        {
            var classifier = new NetworkBuilder("Classifier", Batch);
            Classifier = classifier.SoftmaxCrossEntropy(
                classifier.Input("x", Features).Dense(Classes, curvature: Curvature.Off), classifier.Labels(Classes));
            var regression = new NetworkBuilder("Regression", Batch);
            Regression = regression.Huber(
                regression.Input("x", Features).Dense(Classes, curvature: Curvature.Off), regression.Targets(Classes));
            Emitted = EmittedNetworks.Compile(Classifier, Regression);
        }

        internal NetworkSpec Classifier { get; }

        internal NetworkSpec Regression { get; }

        /// <summary>What they compiled to.</summary>
        public EmittedNetworks Emitted { get; }

        /// <inheritdoc/>
        public void Dispose() => Emitted.Dispose();
    }
}

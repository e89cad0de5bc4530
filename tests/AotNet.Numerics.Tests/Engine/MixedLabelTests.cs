using AotNet.Compiler;
using AotNet.Compiler.Specification;
using AotNet.Numerics.Tests.Harness;
using AotNet.Reference;
using AotNet.Runtime;

namespace AotNet.Numerics.Tests.Engine;

/// <summary>Steps on rows of two classes against the reference, wherever a step computes its loss, and what they leave alone.</summary>
public sealed class MixedLabelTests(MixedLabelTests.Networks networks) : IClassFixture<MixedLabelTests.Networks>
{
    const int Batch = 40;

    delegate float TypedStep(ReadOnlySpan<float> x, ReadOnlySpan<int> label, ReadOnlySpan<int> partners, ReadOnlySpan<float> weights);

    /// <summary>Every instruction set.</summary>
    public static TheoryData<EmittedInstructions> Instructions => [.. InstructionSets.Available];

    [Theory, MemberData(nameof(Instructions))]
    public void Steps_agree_with_the_reference(EmittedInstructions instructions)
    {
        foreach ((NetworkSpec spec, Optimizer optimizer) in new[]
        {
            (networks.Smooth, Optimizer.Sgd(0.05f)),
            (networks.Smooth, Optimizer.Sgd2(0.5f) with { AdaptsDamping = true, KlClip = 1e-3f, ClipNorm = 0.1f }),
            (networks.Everything, Optimizer.Sgd(0.05f)),
        })
        {
            using var run = new EngineRun(networks.Emitted, spec, instructions, threads: 2);
            run.Engine.Optimizer = optimizer;
            for (int step = 1; step <= 11; step++)
            {
                run.CopyToEngine();
                run.CompareStep(Samples.Mixed(run.Graph, step % 3 == 0 ? 9 : Batch, step), 2e-4);
                Assert.Equal(run.Reference.DampingFactor, run.Engine.DampingFactor, 1e-5);
            }
            // Rows have one class again as soon as the step is over.
            run.CopyToEngine();
            run.CompareInference(Samples.Batch(run.Graph, Batch, 1), 2e-4, compareCorrect: false);
            run.CompareStep(Samples.Batch(run.Graph, Batch, 1), 2e-4);
        }
    }

    [Theory, MemberData(nameof(Instructions))]
    public void The_class_of_the_larger_weight_is_the_right_answer(EmittedInstructions instructions)
    {
        using CompiledNetwork network = networks.Emitted.Create(networks.Smooth, instructions);
        float[] x = new float[3 * 24];
        network.Tensors["dense3.bias"].Row(0)[4] = 50; // the answer to any row
        network.LearningRate = 1e-9f;
        Assert.Equal(3, network.StepBatch(x, [4, 1, 4], [], [1, 4, 2], [0.6f, 0.4f, 0.5f]).Correct);
        Assert.Equal(0, network.StepBatch(x, [2, 4, 2], [], [4, 2, 4], [0.6f, 0.4f, 0.5f]).Correct);
    }

    [Theory, MemberData(nameof(Instructions))]
    public void Weights_of_one_change_no_bit(EmittedInstructions instructions)
    {
        foreach (bool adapts in new[] { false, true })
        {
            Optimizer optimizer = Optimizer.Sgd2(0.05f) with { AdaptsDamping = adapts };
            Assert.Equal(Train(instructions, 1, optimizer, Samples.Batch), Train(instructions, 1, optimizer, static (graph, rows, seed) =>
            {
                Batch batch = Samples.Batch(graph, rows, seed);
                return batch with { Target = Matrix.Of(rows, 3, (r, c) => c == 0 ? batch.Target[r, 0] : c == 1 ? r % graph.Output.Width : 1) };
            }));
        }
    }

    [Theory, MemberData(nameof(Instructions))]
    public void A_weight_of_one_hides_even_an_infinite_partner(EmittedInstructions instructions)
    {
        float[] losses = [.. new[] { true, false }.Select(mixed =>
        {
            using CompiledNetwork network = networks.Emitted.Create(networks.Smooth, instructions);
            network.Tensors["dense3.bias"].Row(0)[4] = float.NegativeInfinity;
            return mixed ? network.StepBatch(new float[24], [1], [], [4], [1f]).Loss : network.StepBatch(new float[24], [1], []).Loss;
        })];
        Assert.True(float.IsFinite(losses[0]));
        Assert.Equal(losses[1], losses[0]);
    }

    [Theory, MemberData(nameof(Instructions))]
    public void Results_are_bit_identical_for_any_number_of_threads(EmittedInstructions instructions)
    {
        Optimizer optimizer = Optimizer.Sgd2(0.05f) with { AdaptsDamping = true };
        uint[] single = Train(instructions, 1, optimizer, Samples.Mixed);
        foreach (int threads in new[] { 2, 3, 8 })
            Assert.Equal(single, Train(instructions, threads, optimizer, Samples.Mixed));
        Assert.NotEqual(single, Train(instructions, 1, optimizer, Samples.Batch));
    }

    [Theory, MemberData(nameof(Instructions))]
    public void Probes_see_the_mixed_loss(EmittedInstructions instructions)
    {
        using var run = new EngineRun(networks.Emitted, networks.Smooth, instructions);
        using ConsistencyProbe probe = run.Engine.CreateProbe();
        Batch batch = Samples.Mixed(run.Graph, Batch, 3);
        int[] labels = Numbers.Classes(batch, 0), partners = Numbers.Classes(batch, 1);
        probe.Observe(Numbers.Inputs(batch), labels, [], partners, Numbers.Weights(batch));
        Matrix residual = run.Reference.Differentiate(batch).Residuals[run.Graph.Output.Id]!;
        Assert.Equal(Math.Sqrt(residual.SquaredNorm() / residual.Values.Length), probe.Measure(2).ResidualRms, 1e-5);
        Assert.Equal("partners", Assert.Throws<ArgumentException>(() => probe.Observe(Numbers.Inputs(batch), labels, [], [1], [1f])).ParamName);
    }

    [Theory, MemberData(nameof(Instructions))]
    public void Warmed_steps_allocate_nothing(EmittedInstructions instructions)
    {
        using var run = new EngineRun(networks.Emitted, networks.Smooth, instructions);
        run.Engine.Optimizer = Optimizer.Sgd2(0.01f) with { AdaptsDamping = true };
        Batch batch = Samples.Mixed(run.Graph, Batch, 1);
        float[] inputs = Numbers.Inputs(batch), weights = Numbers.Weights(batch);
        int[] labels = Numbers.Classes(batch, 0), partners = Numbers.Classes(batch, 1);
        for (int i = 0; i < 10; i++)
            run.Engine.StepBatch(inputs, labels, [], partners, weights);
        Assert.Equal([0], AllocationMeter.Measure(run.Engine.Team, 100, () => run.Engine.StepBatch(inputs, labels, [], partners, weights)));
    }

    [Theory, MemberData(nameof(Instructions))]
    public void The_typed_step_is_the_same_and_names_its_parameters(EmittedInstructions instructions)
    {
        using CompiledNetwork network = networks.Emitted.Create(networks.Smooth, instructions), other = networks.Emitted.Create(networks.Smooth, instructions);
        Batch batch = Samples.Mixed(NetworkBuilder.GraphOf(networks.Smooth), 3, 1);
        float[] inputs = Numbers.Inputs(batch), weights = Numbers.Weights(batch);
        int[] labels = Numbers.Classes(batch, 0), partners = Numbers.Classes(batch, 1);
        var step = network.GetType().GetMethods().Single(static method => method.Name == "Step" && method.GetParameters().Length == 4).CreateDelegate<TypedStep>(network);
        foreach ((int[] wrong, float[] ofWeight, string argument) in new (int[], float[], string)[]
        {
            ([0, 1], weights, "partners"), ([], weights, "partners"), ([0, 1, 10], weights, "partners"), ([0, -1, 1], weights, "partners"),
            (partners, [1, 1], "weights"), (partners, [], "weights"), (partners, [1, 1, 1, 1], "weights"), (partners, [1, float.NaN, 0], "weights"),
            (partners, [1, 1.0001f, 0], "weights"), (partners, [1, -0.0001f, 0], "weights"),
        })
        {
            ArgumentTests.Unchanged(network, argument, () => step(inputs, labels, wrong, ofWeight));
            ArgumentTests.Unchanged(network, argument, () => network.StepBatch(inputs, labels, [], wrong, ofWeight));
        }
        Assert.Equal(other.StepBatch(inputs, labels, [], partners, weights).Loss, step(inputs, labels, partners, weights));
        Assert.Equal(other.Tensors.SelectMany(static tensor => tensor.ToArray()), network.Tensors.SelectMany(static tensor => tensor.ToArray()));
    }

    [Fact]
    public void Targets_take_no_partners()
    {
        using CompiledNetwork network = networks.Emitted.Create(networks.Regression, InstructionSets.Available[0]);
        ArgumentTests.Unchanged(network, "partners", () => network.StepBatch(new float[11], [], new float[4], [0], [1f]));
        ArgumentTests.Unchanged(network, "weights", () => network.StepBatch(new float[11], [], new float[4], [], [1f]));
        Assert.Single(network.GetType().GetMethods(), static method => method.Name == "Step");
    }

    /// <summary>All bits that some steps leave.</summary>
    uint[] Train(EmittedInstructions instructions, int threads, Optimizer optimizer, Func<Compiler.Graphs.Graph, int, int, Batch> draw)
    {
        using var run = new EngineRun(networks.Emitted, networks.Smooth, instructions, threads: threads);
        // Less work than this is left to one thread, and the test would compare one thread with itself.
        Assert.True(run.Engine.Info.TrainingFlops * (Batch - 3) > 2_000_000);
        run.Engine.Optimizer = optimizer;
        return run.TrainEngine(new[] { Batch, Batch - 3, Batch }.Select(rows => draw(run.Graph, rows, rows)));
    }

    /// <summary>Networks in one compilation.</summary>
    public sealed class Networks : IDisposable
    {
        /// <summary>Compiles them.</summary>
        public Networks()
        {
            var builder = new NetworkBuilder("Mixed", Batch);
            Value x = builder.Input("x", 24).Dense(160, curvature: Curvature.Dual).Tanh().Dense(160, curvature: Curvature.Dual).Tanh();
            Smooth = builder.SoftmaxCrossEntropy(x.Dense(10, curvature: Curvature.Primal), builder.Labels(10));
            Emitted = EmittedNetworks.Compile(Smooth, Everything, Regression);
        }

        internal NetworkSpec Smooth { get; }

        internal NetworkSpec Everything { get; } = Zoo.Everything(Batch, Curvature.Auto, width: 24, "_Mixed");

        internal NetworkSpec Regression { get; } = Zoo.Smooth("MixedRegression", Batch);

        /// <summary>What they compiled to.</summary>
        public EmittedNetworks Emitted { get; }

        /// <inheritdoc/>
        public void Dispose() => Emitted.Dispose();
    }
}

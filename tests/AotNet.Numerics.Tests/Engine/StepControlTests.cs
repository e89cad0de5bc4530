using AotNet.Compiler;
using AotNet.Compiler.Specification;
using AotNet.Numerics.Tests.Harness;
using AotNet.Reference;
using AotNet.Runtime;

namespace AotNet.Numerics.Tests.Engine;

/// <summary>Limits of a step and the adaptation of damping, with every rule, against the reference.</summary>
public sealed class StepControlTests(StepControlTests.Networks networks) : IClassFixture<StepControlTests.Networks>
{
    const int Batch = 14;

    static readonly Dictionary<string, Optimizer> Optimizers = new()
    {
        ["norm"] = Optimizer.Sgd2() with { StepNorm = 0.02f },
        ["norm out of reach"] = Optimizer.Sgd2() with { StepNorm = 1e3f },
        ["KL"] = Optimizer.Sgd2() with { KlClip = 1e-4f },
        ["KL out of reach"] = Optimizer.Sgd2() with { KlClip = 1e3f },
        ["KL and norm, biases plain"] = Optimizer.Sgd2() with { KlClip = 1e-4f, StepNorm = 0.02f, DecorrelateBias = false },
        ["KL, clipped"] = Optimizer.Sgd2() with { KlClip = 1e-4f, ClipNorm = 0.01f },
        ["KL, a layer out"] = Optimizer.Sgd2() with { KlClip = 1e-4f, Layers = LayerCurvatures.None.With("dense1", new() { Decorrelate = false }) },
        ["adaptation"] = Optimizer.Sgd2(0.5f) with { AdaptsDamping = true },
        ["adaptation, a rate too high"] = Optimizer.Sgd2(1.9f) with { AdaptsDamping = true, Damping = 0.01f },
        ["adaptation, KL, clipped"] = Optimizer.Sgd2(0.5f) with { AdaptsDamping = true, KlClip = 1e-3f, ClipNorm = 0.1f },
        ["adaptation, trace, biases plain"] = Optimizer.Sgd2(0.5f) with { AdaptsDamping = true, DampingScale = DampingScale.Trace, DecorrelateBias = false },
        ["adaptation, layers apart"] = Optimizer.Sgd2(0.5f) with
        {
            AdaptsDamping = true, Layers = LayerCurvatures.None.With("dense1", new() { Damping = 0.1f }).With("dense2", new() { Decorrelate = false }),
        },
        ["SGD"] = Optimizer.Sgd(0.05f) with { Decorrelate = true, AdaptsDamping = true, StepNorm = 0.02f, KlClip = 1e-3f },
        ["Adam"] = Optimizer.Adam(0.01f) with { Decorrelate = true, AdaptsDamping = true, StepNorm = 1e-3f, KlClip = 1e-6f, ClipNorm = 0.5f },
        ["RMSProp"] = Optimizer.RmsProp(0.01f) with { Decorrelate = true, AdaptsDamping = true, StepNorm = 1e-3f },
        ["Adagrad"] = Optimizer.Adagrad() with { Decorrelate = true, AdaptsDamping = true, KlClip = 1e-6f },
    };

    /// <summary>Network, optimiser, instruction set.</summary>
    public static TheoryData<string, string, EmittedInstructions> Cases
    {
        get
        {
            var cases = new TheoryData<string, string, EmittedInstructions>();
            foreach (EmittedInstructions instructions in InstructionSets.Available)
                foreach (string name in Optimizers.Keys)
                    foreach (NetworkSpec spec in Networks.Specs)
                        cases.Add(spec.Name, name, instructions);
            return cases;
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void Steps_agree_with_the_reference(string network, string name, EmittedInstructions instructions)
    {
        using EngineRun run = Run(network, instructions, threads: 2);
        run.Engine.Optimizer = Optimizers[name];
        for (int step = 1; step <= 12; step++)
        {
            // Rounding grows from step to step where rates are high or rules divide by small roots; each starts from the same weights.
            run.CopyToEngine();
            run.CompareStep(Samples.Batch(run.Graph, step % 3 == 0 ? 9 : Batch, step), 2e-4, compareUpdates: run.Engine.Optimizer.Kind is OptimizerKind.Sgd or OptimizerKind.Sgd2);
            Assert.Equal(run.Reference.DampingFactor, run.Engine.DampingFactor, 1e-5);
        }
        if (run.Engine.Optimizer.AdaptsDamping)
            Assert.NotEqual(1f, run.Engine.DampingFactor);
    }

    /// <summary>What a step with a batch for the averages found out holds for those until the next one.</summary>
    [Theory, MemberData(nameof(Instructions))]
    public void Divergence_is_measured_at_the_interval_of_the_averages(EmittedInstructions instructions)
    {
        using EngineRun run = Run("ControlledAveraged", instructions, threads: 2);
        Optimizer limited = Optimizer.Sgd2() with { GramAverage = 0.8f, GramInterval = 3, FactorInterval = 3, KlClip = 1e-4f };
        for (int step = 1; step <= 12; step++)
        {
            run.Engine.Optimizer = step is 8 or 9 ? limited with { KlClip = 0 } : limited; // forgotten where there is no limit
            run.CopyToEngine();
            run.CompareStep(Samples.Batch(run.Graph, step % 4 == 0 ? 9 : Batch, step), 2e-4);
        }
    }

    [Theory, MemberData(nameof(Instructions))]
    public void Damping_grows_where_steps_disappoint_and_shrinks_where_they_keep_their_promise(EmittedInstructions instructions)
    {
        float Factor(string name)
        {
            using EngineRun run = Run("Controlled", instructions, threads: 1);
            run.Engine.Optimizer = Optimizers[name];
            run.StepEngine(Samples.Batch(run.Graph, Batch, 1));
            return run.Engine.DampingFactor;
        }
        Assert.True(Factor("adaptation, a rate too high") > 1f);
        Assert.True(Factor("adaptation") < 1f);
    }

    [Fact]
    public void Adapted_damping_and_limited_steps_are_saved()
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("aotnet-adapted-").FullName, "state.safetensors");
        using EngineRun first = Run("ControlledAveraged", EmittedInstructions.Avx2, 1), second = Run("ControlledAveraged", EmittedInstructions.Avx2, 1);
        first.Engine.Optimizer = Optimizers["adaptation"] with { GramAverage = 0.9f, GramInterval = 3, FactorInterval = 3, KlClip = 1e-4f };
        for (int seed = 1; seed <= 8; seed++)
            first.StepEngine(Samples.Batch(first.Graph, Batch, seed));
        first.Engine.Save(path);
        second.Engine.Load(path);
        second.Engine.Optimizer = first.Engine.Optimizer;
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        for (int seed = 9; seed <= 16; seed++)
        {
            first.StepEngine(Samples.Batch(first.Graph, Batch, seed));
            second.StepEngine(Samples.Batch(first.Graph, Batch, seed));
            Assert.Equal(first.Engine.DampingFactor, second.Engine.DampingFactor);
            Assert.Equal(first.Engine.Tensors.SelectMany(static tensor => tensor.ToArray()), second.Engine.Tensors.SelectMany(static tensor => tensor.ToArray()));
        }
    }

    [Fact]
    public void Steps_allocate_nothing()
    {
        using EngineRun run = Run("Controlled", EmittedInstructions.Avx2, 1);
        run.Engine.Optimizer = Optimizers["adaptation, KL, clipped"] with { StepNorm = 0.1f };
        Batch batch = Samples.Batch(run.Graph, Batch, 1);
        (float[] inputs, float[] targets) = (Numbers.Inputs(batch), Numbers.Floats(batch.Target));
        for (int i = 0; i < 10; i++)
            run.Engine.StepBatch(inputs, [], targets);
        Assert.Equal([0], AllocationMeter.Measure(run.Engine.Team, 20, () => run.Engine.StepBatch(inputs, [], targets)));
    }

    /// <summary>Every instruction set.</summary>
    public static TheoryData<EmittedInstructions> Instructions => [.. InstructionSets.Available];

    EngineRun Run(string network, EmittedInstructions instructions, int threads) =>
        new(networks.Emitted, Networks.Specs.Single(spec => spec.Name == network), instructions, threads: threads);

    /// <summary>Networks whose forward pass keeps statistics and draws masks; of one batch in several forms, and averaged.</summary>
    public sealed class Networks : IDisposable
    {
        internal static readonly NetworkSpec[] Specs = [Network("Controlled", averaged: false), Network("ControlledAveraged", averaged: true)];

        /// <summary>Compiles them.</summary>
        public Networks() => Emitted = EmittedNetworks.Compile(Specs);

        /// <summary>What they compiled to.</summary>
        public EmittedNetworks Emitted { get; }

        /// <inheritdoc/>
        public void Dispose() => Emitted.Dispose();

        static NetworkSpec Network(string name, bool averaged)
        {
            var builder = new NetworkBuilder(name, Batch) { AveragedCurvature = averaged };
            Value x = builder.Input("x", 11).Dense(17, curvature: Curvature.Dual).Tanh();
            x = x.BatchRms().Dense(13, bias: false, curvature: Curvature.Primal).Tanh().Dropout(0.1);
            return builder.MeanSquaredError(x.BatchRms().Dense(4, curvature: Curvature.TwoSided), builder.Targets(4));
        }
    }
}

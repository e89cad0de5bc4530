using AotNet.Compiler;
using AotNet.Compiler.Specification;
using AotNet.Numerics.Tests.Harness;
using AotNet.Runtime;

namespace AotNet.Numerics.Tests.Engine;

/// <summary>K-FAC, of one batch and averaged, with every rule, limits and adapted damping, against dense double-precision solves from both sides.</summary>
public sealed class TwoSidedCurvatureTests(TwoSidedCurvatureTests.Networks networks) : IClassFixture<TwoSidedCurvatureTests.Networks>
{
    // Fewer rows than the first layer has outputs and more than the last: both ways to apply the inputs' factor occur.
    const int Batch = 15;

    static readonly Dictionary<string, Optimizer> OfOneBatch = new()
    {
        ["absolute"] = Optimizer.Sgd2(0.05f) with { Damping = 0.1f },
        ["biases plain"] = Optimizer.Sgd2(0.05f) with { Damping = 0.1f, DecorrelateBias = false },
        ["trace"] = Optimizer.Sgd2(0.05f) with { Damping = 0.05f, DampingScale = DampingScale.Trace },
        ["a layer out"] = Optimizer.Sgd2(0.05f) with { Damping = 0.1f, Layers = LayerCurvatures.None.With("dense2", new() { Decorrelate = false }) },
        ["plain"] = Optimizer.Sgd(0.05f),
        ["Adam"] = Optimizer.Adam(0.01f) with { Damping = 0.1f, Decorrelate = true },
        ["Adagrad"] = Optimizer.Adagrad() with { Damping = 0.1f, Decorrelate = true },
    };

    static readonly Dictionary<string, Optimizer> Averaged = new()
    {
        ["average"] = Optimizer.Sgd2(0.05f) with { Damping = 0.1f, GramAverage = 0.9f },
        ["intervals"] = Optimizer.Sgd2(0.05f) with { Damping = 0.1f, GramAverage = 0.9f, GramInterval = 2, FactorInterval = 3 },
        ["drift"] = Optimizer.Sgd2(0.05f) with { Damping = 0.1f, GramAverage = 0.9f, FactorDrift = 0.3f },
        ["RMSProp"] = Optimizer.RmsProp(0.01f) with { Decorrelate = true, GramAverage = 0.9f, FactorInterval = 2 },
    };

    static readonly Dictionary<string, Optimizer> Controlled = new()
    {
        ["norm"] = Optimizer.Sgd2() with { Damping = 0.1f, StepNorm = 0.02f },
        ["KL"] = Optimizer.Sgd2(1f) with { Damping = 0.1f, KlClip = 3e-3f },
        ["adaptation"] = Optimizer.Sgd2(0.5f) with { Damping = 0.1f, AdaptsDamping = true },
        ["adaptation, a rate too high"] = Optimizer.Sgd2(1.9f) with { Damping = 0.01f, AdaptsDamping = true },
        ["all, trace, biases plain"] = Optimizer.Sgd2(0.5f) with
        {
            Damping = 0.1f, DampingScale = DampingScale.Trace, DecorrelateBias = false, AdaptsDamping = true, StepNorm = 0.1f, KlClip = 1e-3f,
        },
        ["all, Adagrad"] = Optimizer.Adagrad() with { Damping = 0.1f, Decorrelate = true, AdaptsDamping = true, StepNorm = 1e-3f, KlClip = 1e-6f },
    };

    /// <summary>Whether averaged, optimiser, instruction set.</summary>
    public static TheoryData<bool, string, EmittedInstructions> Cases
    {
        get
        {
            var cases = new TheoryData<bool, string, EmittedInstructions>();
            foreach (EmittedInstructions instructions in InstructionSets.Available)
            {
                foreach (string name in OfOneBatch.Keys)
                    cases.Add(false, name, instructions);
                foreach (string name in Averaged.Keys.Concat(OfOneBatch.Keys))
                    cases.Add(true, name, instructions);
            }
            return cases;
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void Steps_agree_with_dense_solves(bool averaged, string name, EmittedInstructions instructions)
    {
        Optimizer optimizer = Averaged.TryGetValue(name, out Optimizer? found) ? found : OfOneBatch[name];
        using var run = new EngineRun(networks.Emitted, Networks.Specs[averaged ? 1 : 0], instructions, threads: 2);
        run.Engine.Optimizer = optimizer;
        int seed = 1;
        foreach (int rows in new[] { Batch, 6, Batch, Batch, 9, Batch })
            run.CompareStep(Samples.Batch(run.Graph, rows, seed++), 1e-4, compareUpdates: optimizer.Kind is OptimizerKind.Sgd or OptimizerKind.Sgd2);
        Assert.Equal(0, run.Engine.DampingRaised);
        if (optimizer.Decorrelate)
            Assert.All(run.Engine.CurvatureLayers.Where(static layer => layer.Form != "off"), static layer => Assert.Equal("two-sided", layer.Form));
    }

    /// <summary>Whether averaged, optimiser with limits or adaptation, instruction set.</summary>
    public static TheoryData<bool, string, EmittedInstructions> ControlledCases
    {
        get
        {
            var cases = new TheoryData<bool, string, EmittedInstructions>();
            foreach (EmittedInstructions instructions in InstructionSets.Available)
                foreach (bool averaged in new[] { false, true })
                    foreach (string name in Controlled.Keys)
                        cases.Add(averaged, name, instructions);
            return cases;
        }
    }

    [Theory, MemberData(nameof(ControlledCases))]
    public void Limited_steps_and_adapted_damping_agree_with_dense_solves(bool averaged, string name, EmittedInstructions instructions)
    {
        Optimizer optimizer = Controlled[name];
        if (averaged)
            optimizer = optimizer with { GramAverage = 0.9f, GramInterval = 2, FactorInterval = 2 };
        using var run = new EngineRun(networks.Emitted, Networks.Specs[averaged ? 1 : 0], instructions, threads: 2);
        run.Engine.Optimizer = optimizer;
        for (int step = 1; step <= 12; step++)
        {
            // Rounding grows from step to step where rates are high; each starts from the same weights.
            run.CopyToEngine();
            run.CompareStep(Samples.Batch(run.Graph, step % 3 == 0 ? 6 : Batch, step), 2e-4, compareUpdates: optimizer.Kind == OptimizerKind.Sgd2);
            Assert.Equal(run.Reference.DampingFactor, run.Engine.DampingFactor, 1e-5);
        }
        Assert.Equal(optimizer.AdaptsDamping, run.Engine.DampingFactor != 1f);
        Assert.All(run.Engine.CurvatureLayers, static layer => Assert.Equal("two-sided", layer.Form));
    }

    [Theory, MemberData(nameof(Instructions))]
    public void A_row_alone_and_residuals_of_zero_stay_finite(EmittedInstructions instructions)
    {
        using var run = new EngineRun(networks.Emitted, Networks.Specs[0], instructions);
        run.Engine.Optimizer = Optimizer.Sgd2(0.05f);
        run.CompareStep(Samples.Batch(run.Graph, 1, 1), 1e-4);
        // No layer has weights, so the loss of targets zero has no residual.
        foreach (NetworkTensor tensor in run.Engine.Parameters)
            tensor.CopyFrom(new float[tensor.Rows * tensor.Columns]);
        var batch = Samples.Batch(run.Graph, Batch, 2);
        run.StepEngine(batch with { Target = 0 * batch.Target });
        Assert.All(run.Engine.Tensors.SelectMany(static tensor => tensor.ToArray()), static value => Assert.True(float.IsFinite(value)));
    }

    [Fact]
    public void A_loaded_network_goes_on_bit_by_bit()
    {
        string folder = Directory.CreateTempSubdirectory("aotnet-kfac-").FullName;
        try
        {
            foreach (string name in new[] { "intervals", "drift" })
            {
                using var first = new EngineRun(networks.Emitted, Networks.Specs[1], EmittedInstructions.Avx2);
                using var second = new EngineRun(networks.Emitted, Networks.Specs[1], EmittedInstructions.Avx2, seed: 3, threads: 3);
                first.Engine.Optimizer = second.Engine.Optimizer = Averaged[name];
                for (int seed = 1; seed <= 5; seed++)
                    first.StepEngine(Samples.Batch(first.Graph, Batch, seed));
                first.Engine.Save(Path.Combine(folder, name));
                second.Engine.Load(Path.Combine(folder, name));
                for (int seed = 6; seed <= 10; seed++)
                {
                    first.StepEngine(Samples.Batch(first.Graph, Batch, seed));
                    second.StepEngine(Samples.Batch(first.Graph, Batch, seed));
                    Assert.Equal(first.Engine.Tensors.SelectMany(static tensor => tensor.ToArray()), second.Engine.Tensors.SelectMany(static tensor => tensor.ToArray()));
                }
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Every instruction set.</summary>
    public static TheoryData<EmittedInstructions> Instructions => [.. InstructionSets.Available];

    /// <summary>One network that keeps nothing and one that averages.</summary>
    public sealed class Networks : IDisposable
    {
        internal static readonly NetworkSpec[] Specs =
        [
            Zoo.Smooth("TwoSided", Batch, Curvature.TwoSided), Zoo.Smooth("TwoSidedAveraged", Batch, Curvature.TwoSided, averaged: true),
        ];

        /// <summary>Compiles them.</summary>
        public Networks() => Emitted = EmittedNetworks.Compile(Specs);

        /// <summary>What they compiled to.</summary>
        public EmittedNetworks Emitted { get; }

        /// <inheritdoc/>
        public void Dispose() => Emitted.Dispose();
    }
}

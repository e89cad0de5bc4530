using AotNet.Compiler;
using AotNet.Compiler.Specification;
using AotNet.Numerics.Tests.Harness;
using AotNet.Reference;
using AotNet.Runtime;

namespace AotNet.Numerics.Tests.Engine;

/// <summary>Running averages of Gram matrices and factors that serve several steps, against dense double-precision solves.</summary>
public sealed class AveragedCurvatureTests(AveragedCurvatureTests.Networks networks) : IClassFixture<AveragedCurvatureTests.Networks>, IDisposable
{
    // More rows than the last layers have outputs and fewer than the first ones: both ways to apply a factor occur.
    const int Batch = 15;

    readonly string folder = Directory.CreateTempSubdirectory("aotnet-averages-").FullName;

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(folder, recursive: true);

    static readonly Dictionary<string, Optimizer> Optimizers = new()
    {
        ["batch alone"] = Sgd2(0f),
        ["average"] = Sgd2(0.9f),
        ["average, biases plain"] = Sgd2(0.9f) with { DecorrelateBias = false },
        ["batch alone, both at an interval"] = Sgd2(0f) with { GramInterval = 3, FactorInterval = 3 },
        ["average, Gram at an interval"] = Sgd2(0.5f) with { GramInterval = 2 },
        ["average, factor at an interval"] = Sgd2(0.9f) with { FactorInterval = 3 },
        ["intervals that do not meet"] = Sgd2(0.9f) with { GramInterval = 2, FactorInterval = 3 },
        ["drift"] = Sgd2(0.9f) with { FactorDrift = 0.2f },
        ["drift, biases plain"] = Sgd2(0.9f) with { FactorDrift = 0.1f, DecorrelateBias = false },
        ["drift, Gram at an interval"] = Sgd2(0.7f) with { FactorDrift = 0.1f, GramInterval = 2 },
        ["trace"] = Sgd2(0.9f) with { DampingScale = DampingScale.Trace, FactorInterval = 2 },
        ["Adam"] = Optimizer.Adam(0.01f) with { Decorrelate = true, GramAverage = 0.9f, FactorInterval = 2, Damping = 0.3f },
        ["RMSProp"] = Optimizer.RmsProp(0.01f) with { Decorrelate = true, GramAverage = 0.9f, FactorDrift = 0.1f, Damping = 0.3f },
        ["Adagrad"] = Optimizer.Adagrad() with { Decorrelate = true, GramAverage = 0.5f, GramInterval = 2, Damping = 0.3f },
        ["clipped"] = Sgd2(0.9f) with { ClipNorm = 0.01f, FactorInterval = 2 },
    };

    static Optimizer Sgd2(float average) => Optimizer.Sgd2(0.05f) with { GramAverage = average, Damping = 0.3f };

    /// <summary>Every optimiser on every instruction set.</summary>
    public static TheoryData<string, EmittedInstructions> Settings => InstructionSets.Each(Optimizers.Keys);

    [Theory, MemberData(nameof(Settings))]
    public void Steps_agree_with_dense_solves(string name, EmittedInstructions instructions)
    {
        using var run = new EngineRun(networks.Emitted, networks.Averaged, instructions, threads: 2);
        run.Engine.Optimizer = Optimizers[name];
        int seed = 1;
        foreach (int rows in new[] { Batch, Batch, 6, Batch, 1, Batch, Batch })
            run.CompareStep(Samples.Batch(run.Graph, rows, seed++), 4e-5, compareUpdates: run.Engine.Optimizer.Kind == OptimizerKind.Sgd2);
        Assert.Equal(0, run.Engine.DecorrelationsSkipped);
    }

    [Theory, MemberData(nameof(Instructions))]
    public void Drift_renews_some_factors_and_keeps_others(EmittedInstructions instructions)
    {
        using var run = new EngineRun(networks.Emitted, networks.Averaged, instructions);
        run.Engine.Optimizer = Sgd2(0.9f) with { FactorDrift = 0.2f };
        var ages = new HashSet<long>();
        for (int seed = 1; seed <= 12; seed++)
        {
            run.StepEngine(Samples.Batch(run.Graph, Batch, seed));
            ages.UnionWith(run.Engine.CurvatureLayers.Select(static layer => layer.FactorAge));
        }
        Assert.Contains(0, ages);
        Assert.Contains(2, ages);
    }

    [Fact]
    public void Layers_tell_form_damping_and_age()
    {
        using var run = new EngineRun(networks.Emitted, networks.Averaged, EmittedInstructions.Avx2);
        run.Engine.Optimizer = Sgd2(0.9f) with { FactorInterval = 3, Layers = LayerCurvatures.None.With("dense2", new() { Decorrelate = false }).With("dense3", new() { Damping = 2f }) };
        Assert.All(run.Engine.CurvatureLayers, static layer => Assert.Equal((-1, 0f), (layer.FactorAge, layer.Damping)));
        for (int seed = 1; seed <= 5; seed++)
            run.StepEngine(Samples.Batch(run.Graph, Batch, seed));
        string first = run.Engine.Info.Layers.Single(static layer => layer.Name == "dense1").CurvatureForm!;
        string last = run.Engine.Info.Layers.Single(static layer => layer.Name == "dense3").CurvatureForm!;
        Assert.Equal(
        [
            new CurvatureLayer("dense1", first, 12, 0.3f, 1, 0, 0), new CurvatureLayer("dense2", "off", 0, 0, -1, 0, 0),
            new CurvatureLayer("dense3", last, 10, 2f, 1, 0, 0),
        ], run.Engine.CurvatureLayers);
    }

    [Theory, MemberData(nameof(Instructions))]
    public void Averages_start_when_decorrelation_does(EmittedInstructions instructions)
    {
        using var run = new EngineRun(networks.Emitted, networks.Averaged, instructions);
        run.Engine.Optimizer = Optimizer.Sgd(0.05f);
        run.CompareStep(Samples.Batch(run.Graph, Batch, 1), 4e-5);
        run.Engine.Optimizer = Optimizer.Sgd2(0.05f) with { GramAverage = 0.8f, GramInterval = 4 };
        for (int seed = 2; seed < 9; seed++)
            run.CompareStep(Samples.Batch(run.Graph, Batch, seed), 4e-5);
    }

    [Theory, MemberData(nameof(Instructions))]
    public void Without_a_past_bits_are_those_of_a_network_that_keeps_nothing(EmittedInstructions instructions)
    {
        using var averaged = new EngineRun(networks.Emitted, networks.Averaged, instructions);
        using var plain = new EngineRun(networks.Emitted, networks.Plain, instructions);
        foreach (EngineRun run in new[] { averaged, plain })
        {
            run.Engine.Optimizer = Optimizer.Sgd2(0.05f);
            for (int seed = 1; seed < 4; seed++)
                run.StepEngine(Samples.Batch(run.Graph, Batch, seed));
        }
        Assert.Equal(Values(plain.Engine), Values(averaged.Engine));
    }

    [Theory]
    [InlineData("average")]
    [InlineData("batch alone, both at an interval")]
    [InlineData("intervals that do not meet")]
    [InlineData("drift")]
    [InlineData("trace")]
    [InlineData("Adam")]
    public void A_loaded_network_goes_on_bit_by_bit(string name)
    {
        Optimizer optimizer = Optimizers[name];
        using var first = new EngineRun(networks.Emitted, networks.Averaged, EmittedInstructions.Avx2);
        using var second = new EngineRun(networks.Emitted, networks.Averaged, EmittedInstructions.Avx2, seed: 3, threads: 3);
        first.Engine.Optimizer = second.Engine.Optimizer = optimizer;
        for (int seed = 1; seed <= 6; seed++)
            first.StepEngine(Samples.Batch(first.Graph, Batch, seed));
        second.StepEngine(Samples.Batch(first.Graph, Batch, 20));
        string path = Path.Combine(folder, "state.safetensors");
        first.Engine.Save(path);
        second.Engine.Load(path);
        for (int seed = 7; seed <= 12; seed++)
        {
            first.StepEngine(Samples.Batch(first.Graph, Batch, seed));
            second.StepEngine(Samples.Batch(first.Graph, Batch, seed));
            Assert.Equal(Values(first.Engine), Values(second.Engine));
            Assert.Equal(first.Engine.CurvatureLayers, second.Engine.CurvatureLayers);
        }
    }

    [Fact]
    public void State_without_averages_starts_them_anew()
    {
        using var plain = new EngineRun(networks.Emitted, networks.Plain, EmittedInstructions.Avx2);
        using var averaged = new EngineRun(networks.Emitted, networks.Averaged, EmittedInstructions.Avx2, seed: 3);
        averaged.Engine.Optimizer = Optimizer.Sgd2(0.05f) with { GramAverage = 0.9f };
        averaged.StepEngine(Samples.Batch(plain.Graph, Batch, 20));
        string path = Path.Combine(folder, "plain.safetensors");
        plain.Engine.Save(path);
        averaged.Engine.Load(path);
        plain.Engine.Optimizer = Optimizer.Sgd2(0.05f);
        plain.StepEngine(Samples.Batch(plain.Graph, Batch, 1));
        averaged.Engine.Optimizer = Optimizer.Sgd2(0.05f);
        averaged.StepEngine(Samples.Batch(plain.Graph, Batch, 1));
        Assert.Equal(Values(plain.Engine), Values(averaged.Engine));
    }

    [Fact]
    public void A_network_that_keeps_nothing_refuses_averages_and_intervals()
    {
        using var plain = new EngineRun(networks.Emitted, networks.Plain, EmittedInstructions.Avx2);
        foreach (Optimizer optimizer in new[]
        {
            Optimizer.Sgd2() with { GramAverage = 0.5f }, Optimizer.Sgd2() with { GramInterval = 2 }, Optimizer.Sgd2() with { FactorInterval = 2 },
            Optimizer.Sgd2() with { FactorDrift = 0.1f },
        })
            Assert.Contains("AveragedCurvature = true", Assert.Throws<ArgumentException>(() => plain.Engine.Optimizer = optimizer).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => plain.Engine.Optimizer = Optimizer.Sgd2() with { GramInterval = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => plain.Engine.Optimizer = Optimizer.Sgd2() with { FactorInterval = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => plain.Engine.Optimizer = Optimizer.Sgd2() with { FactorInterval = 2, FactorDrift = 0.1f });
        Assert.Throws<ArgumentOutOfRangeException>(() => plain.Engine.Optimizer = Optimizer.Sgd2() with { GramAverage = 1f });
    }

    /// <summary>Every instruction set.</summary>
    public static TheoryData<EmittedInstructions> Instructions => [.. InstructionSets.Available];

    static float[] Values(CompiledNetwork network) => [.. network.Tensors.SelectMany(static tensor => tensor.ToArray())];

    /// <summary>Both networks in one compilation.</summary>
    public sealed class Networks : IDisposable
    {
        /// <summary>Compiles them.</summary>
        public Networks() => Emitted = EmittedNetworks.Compile(Averaged, Plain);

        internal NetworkSpec Averaged { get; } = Zoo.Smooth("AveragedGram", Batch, Curvature.Auto, averaged: true);

        internal NetworkSpec Plain { get; } = Zoo.Smooth("PlainGram", Batch, Curvature.Primal);

        /// <summary>What they compiled to.</summary>
        public EmittedNetworks Emitted { get; }

        /// <inheritdoc/>
        public void Dispose() => Emitted.Dispose();
    }
}

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

    /// <summary>Weight of the past, interval, whether biases take part, on every instruction set.</summary>
    public static TheoryData<float, int, bool, EmittedInstructions> Settings
    {
        get
        {
            var settings = new TheoryData<float, int, bool, EmittedInstructions>();
            foreach (EmittedInstructions instructions in InstructionSets.Available)
            {
                settings.Add(0f, 1, true, instructions);
                settings.Add(0.9f, 1, true, instructions);
                settings.Add(0.9f, 1, false, instructions);
                settings.Add(0f, 3, true, instructions);
                settings.Add(0.5f, 2, true, instructions);
            }
            return settings;
        }
    }

    [Theory, MemberData(nameof(Settings))]
    public void Steps_agree_with_dense_solves(float average, int interval, bool withBias, EmittedInstructions instructions)
    {
        using var run = new EngineRun(networks.Emitted, networks.Averaged, instructions, threads: 2);
        run.Engine.Optimizer = Optimizer.Sgd2(0.05f) with { GramAverage = average, RefreshInterval = interval, DecorrelateBias = withBias, Damping = 0.3f };
        int seed = 1;
        foreach (int rows in new[] { Batch, Batch, 6, Batch, 1, Batch, Batch })
            run.CompareStep(Samples.Batch(run.Graph, rows, seed++), 4e-5);
        Assert.Equal(0, run.Engine.DecorrelationsSkipped);
    }

    [Theory, MemberData(nameof(Instructions))]
    public void Averages_start_when_decorrelation_does(EmittedInstructions instructions)
    {
        using var run = new EngineRun(networks.Emitted, networks.Averaged, instructions);
        run.Engine.Optimizer = Optimizer.Sgd(0.05f);
        run.CompareStep(Samples.Batch(run.Graph, Batch, 1), 4e-5);
        run.Engine.Optimizer = Optimizer.Sgd2(0.05f) with { GramAverage = 0.8f, RefreshInterval = 4 };
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
    [InlineData(0.9f, 1)]
    [InlineData(0.9f, 4)]
    public void A_loaded_network_goes_on_bit_by_bit(float average, int interval)
    {
        Optimizer optimizer = Optimizer.Sgd2(0.05f) with { GramAverage = average, RefreshInterval = interval };
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
        foreach (Optimizer optimizer in new[] { Optimizer.Sgd2() with { GramAverage = 0.5f }, Optimizer.Sgd2() with { RefreshInterval = 2 } })
            Assert.Contains("AveragedCurvature = true", Assert.Throws<ArgumentException>(() => plain.Engine.Optimizer = optimizer).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => plain.Engine.Optimizer = Optimizer.Sgd2() with { RefreshInterval = 0 });
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

using AotNet.Compiler;
using AotNet.Compiler.Specification;
using AotNet.Numerics.Tests.Harness;
using AotNet.Reference;
using AotNet.Runtime;

namespace AotNet.Numerics.Tests.Engine;

/// <summary>A network saved and loaded goes on as if nothing had happened, to the bit.</summary>
public sealed class StateTests(StateTests.Networks networks) : IClassFixture<StateTests.Networks>, IDisposable
{
    const int Batch = 12;

    readonly string folder = Directory.CreateTempSubdirectory("aotnet-state-").FullName;

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("Everything", OptimizerKind.Sgd2)]
    [InlineData("Everything", OptimizerKind.Adam)]
    [InlineData("Images", OptimizerKind.Sgd2)]
    [InlineData("Images", OptimizerKind.Adam)]
    public void A_loaded_network_trains_on_bit_by_bit(string name, OptimizerKind kind)
    {
        NetworkSpec spec = name == "Images" ? networks.Images : networks.Everything;
        Optimizer optimizer = kind == OptimizerKind.Sgd2 ? Optimizer.Sgd2(0.05f) : Optimizer.Adam() with { Decorrelate = true };
        using CompiledNetwork first = networks.Emitted.Create(spec, EmittedInstructions.Avx2, seed: 5);
        first.Optimizer = optimizer;
        for (int step = 0; step < 3; step++)
            Step(first, spec, step);
        string path = Path.Combine(folder, "state.safetensors");
        first.Save(path);

        // Another seed and some steps of its own: loading must replace all of it.
        using CompiledNetwork second = networks.Emitted.Create(spec, EmittedInstructions.Avx2, seed: 6);
        second.Optimizer = optimizer;
        Step(second, spec, 9);
        second.Load(path);
        Assert.Equal(3, second.StepCount);
        Assert.Equal(first.Seed, second.Seed);
        Assert.Equal(Values(first), Values(second));
        for (int step = 3; step < 6; step++)
            Assert.Equal(Step(first, spec, step), Step(second, spec, step));
        Assert.Equal(Values(first), Values(second));
    }

    [Theory]
    [InlineData(OptimizerKind.Sgd2)]
    [InlineData(OptimizerKind.Adam)]
    public void Before_the_first_step_a_file_holds_no_moments_and_loading_it_clears_them(OptimizerKind kind)
    {
        NetworkSpec spec = networks.Everything;
        Optimizer optimizer = kind == OptimizerKind.Sgd2 ? Optimizer.Sgd2(0.05f) : Optimizer.Adam();
        using CompiledNetwork fresh = networks.Emitted.Create(spec, EmittedInstructions.Avx2, seed: 5);
        using CompiledNetwork used = networks.Emitted.Create(spec, EmittedInstructions.Avx2, seed: 6);
        fresh.Optimizer = used.Optimizer = optimizer;
        string path = Path.Combine(folder, "fresh.safetensors");
        fresh.Save(path);
        Assert.All(SafetensorsFile.Read(path).Names, static name => Assert.DoesNotContain("moment", name, StringComparison.Ordinal));
        Step(used, spec, 9);
        used.Load(path);
        for (int step = 0; step < 3; step++)
            Assert.Equal(Step(fresh, spec, step), Step(used, spec, step));
        Assert.Equal(Values(fresh), Values(used));
    }

    [Fact]
    public void Weights_can_be_drawn_anew_at_any_scale()
    {
        NetworkSpec spec = Zoo.Smooth("Redrawn", batch: 3);
        using EmittedNetworks emitted = EmittedNetworks.Compile([spec]);
        using CompiledNetwork small = emitted.Create(spec, InstructionSets.Available.First(), 5, 1), large = emitted.Create(spec, InstructionSets.Available.First(), 5, 1);
        foreach (NetworkTensor tensor in small.Parameters)
            tensor.Row(0).Fill(7f);
        small.InitializeWeights(0.01f);
        large.InitializeWeights(1000f);
        foreach (NetworkTensor tensor in small.Parameters)
        {
            float[] values = tensor.ToArray(), scaled = large.Parameters[tensor.Name].ToArray();
            if (tensor.Role == TensorRole.Weight)
            {
                Assert.Equal(0.01, Math.Sqrt(values.Average(static value => (double)value * value)), 0.003);
                Assert.All(values.Zip(scaled), static pair => Assert.Equal(1e5 * pair.First, pair.Second, Math.Abs(pair.Second) * 1e-5));
            }
            else
            {
                Assert.All(values, static value => Assert.Equal(7f, value));
            }
        }
        Assert.Throws<ArgumentOutOfRangeException>(() => small.InitializeWeights(0f));
    }

    [Fact]
    public void State_of_another_topology_is_refused_and_nothing_changes()
    {
        using CompiledNetwork network = networks.Emitted.Create(networks.Everything, EmittedInstructions.Avx2, seed: 5);
        using CompiledNetwork other = networks.Emitted.Create(networks.Other, EmittedInstructions.Avx2, seed: 5);
        string path = Path.Combine(folder, "other.safetensors");
        other.Save(path);
        float[] before = Values(network);
        Assert.Throws<InvalidDataException>(() => network.Load(path));
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^5]);
        Assert.Throws<InvalidDataException>(() => other.Load(path));
        Assert.Equal(before, Values(network));
        Assert.Equal(0, network.StepCount);
    }

    [Fact]
    public void The_same_seed_gives_the_same_network_on_both_instruction_sets()
    {
        List<float[]> starts = [.. InstructionSets.Available.Select(instructions =>
        {
            using CompiledNetwork network = networks.Emitted.Create(networks.Everything, instructions, seed: 11);
            return Values(network);
        })];
        Assert.All(starts, start => Assert.Equal(starts[0], start));
        using CompiledNetwork another = networks.Emitted.Create(networks.Everything, EmittedInstructions.Avx2, seed: 12);
        Assert.NotEqual(starts[0], Values(another));
    }

    static float Step(CompiledNetwork network, NetworkSpec spec, int seed)
    {
        Batch batch = Samples.Batch(NetworkBuilder.GraphOf(spec), Batch, seed);
        return network.StepBatch(Numbers.Inputs(batch), [.. batch.Target.Values.Select(static value => (int)value)], []).Loss;
    }

    static float[] Values(CompiledNetwork network) => [.. network.Tensors.SelectMany(static tensor => tensor.ToArray())];

    /// <summary>All networks in one compilation.</summary>
    public sealed class Networks : IDisposable
    {
        /// <summary>Compiles them.</summary>
        public Networks() => Emitted = EmittedNetworks.Compile(Everything, Images, Other);

        internal NetworkSpec Everything { get; } = Zoo.Everything(Batch, Curvature.Auto, width: 14, "State");

        internal NetworkSpec Images { get; } = Zoo.Images(Batch, Curvature.Channels) with { Name = "ImagesState" };

        internal NetworkSpec Other { get; } = Zoo.Smooth("OtherState", Batch);

        /// <summary>What they compiled to.</summary>
        public EmittedNetworks Emitted { get; }

        /// <inheritdoc/>
        public void Dispose() => Emitted.Dispose();
    }
}

using System.Globalization;
using AotNet.Compiler;
using AotNet.Compiler.Planning;
using AotNet.Compiler.Specification;
using AotNet.Numerics.Tests.Harness;
using AotNet.Numerics.Tests.RandomGraphs;
using AotNet.Reference;
using AotNet.Runtime;
using CsCheck;

namespace AotNet.Numerics.Tests.Engine;

/// <summary>
/// Networks declared with and without recomputation train to the same bits: losses, predictions, learned values, running
/// averages. In between lie arenas poisoned with NaN, so that a value that was dropped and read all the same shows.
/// </summary>
public sealed class RecomputationTests(RecomputationTests.Networks networks) : IClassFixture<RecomputationTests.Networks>, IDisposable
{
    const int Batch = 12, RandomNetworks = 24;

    readonly string folder = Directory.CreateTempSubdirectory("aotnet-recompute-").FullName;

    /// <summary>Each network on every instruction set.</summary>
    public static TheoryData<string, EmittedInstructions> Cases => InstructionSets.Each(Networks.Named.Keys);

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory, MemberData(nameof(Cases))]
    public void Training_is_the_same_to_the_bit(string name, EmittedInstructions instructions)
    {
        (NetworkSpec kept, NetworkSpec recomputed) = networks.Pairs[name];
        Assert.Contains(PlanOf(recomputed).Step, static kernel => kernel.Repeats);
        Assert.True(PlanOf(recomputed).Memory.Length < PlanOf(kept).Memory.Length);
        foreach (bool keepsGradients in new[] { true, false })
        {
            foreach (Optimizer optimizer in Networks.OptimizersOf(kept))
            {
                uint[] expected = Train(networks.Emitted, kept, instructions, optimizer, threads: 1, keepsGradients);
                Assert.DoesNotContain(expected, static bits => !float.IsFinite(BitConverter.UInt32BitsToSingle(bits)));
                foreach (int threads in new[] { 1, 3 })
                    Assert.Equal(expected, Train(networks.Emitted, recomputed, instructions, optimizer, threads, keepsGradients));
            }
        }
    }

    [Fact]
    public void So_it_is_in_random_networks()
    {
        NetworkSpec[] specs =
        [
            .. Enumerable.Range(0, RandomNetworks).Select(static i => RandomNetwork.Generator.Generate(new PCG((uint)i, 1), null, out _).Spec("Random" + i.ToString(CultureInfo.InvariantCulture))),
            .. Enumerable.Range(0, RandomNetworks).Select(static i => RandomImageNetwork.Small.Generate(new PCG((uint)i, 2), null, out _).Spec("Images" + i.ToString(CultureInfo.InvariantCulture))),
        ];
        List<(NetworkSpec Kept, NetworkSpec Recomputed)> pairs = [.. specs.Select(Networks.Pair)
            .Where(static pair => PlanOf(pair.Recomputed).Step.Any(static kernel => kernel.Repeats))];
        Assert.InRange(pairs.Count, RandomNetworks / 2, 2 * RandomNetworks);
        using EmittedNetworks emitted = EmittedNetworks.Compile(pairs.SelectMany(static pair => new[] { pair.Kept, pair.Recomputed }));
        foreach ((NetworkSpec kept, NetworkSpec recomputed) in pairs)
        {
            foreach (EmittedInstructions instructions in InstructionSets.Available)
            {
                foreach (bool keepsGradients in new[] { true, false })
                    Assert.Equal(Train(emitted, kept, instructions, Optimizer.Sgd2(0.05f), threads: 1, keepsGradients),
                        Train(emitted, recomputed, instructions, Optimizer.Sgd2(0.05f), threads: 2, keepsGradients));
            }
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void Either_setting_continues_what_the_other_began(string name, EmittedInstructions instructions)
    {
        (NetworkSpec kept, NetworkSpec recomputed) = networks.Pairs[name];
        string path = Path.Combine(folder, "state.safetensors");
        foreach ((NetworkSpec from, NetworkSpec to) in new[] { (kept, recomputed), (recomputed, kept), (recomputed, recomputed) })
        {
            using var whole = new EngineRun(networks.Emitted, from, instructions);
            using var resumed = new EngineRun(networks.Emitted, to, instructions, seed: 7);
            whole.Engine.Optimizer = resumed.Engine.Optimizer = Optimizer.Adam();
            Step(whole, 0);
            Step(resumed, 9);
            whole.Engine.Save(path);
            resumed.Engine.Load(path);
            for (int step = 1; step < 4; step++)
                Assert.Equal(Step(whole, step), Step(resumed, step));
            Assert.Equal(Values(whole), Values(resumed));
        }
    }

    /// <summary>The forward pass of a step that fails is repeated, and leaves running averages as they were.</summary>
    [Theory, MemberData(nameof(Cases))]
    public void Steps_that_fail_name_the_same_layer(string name, EmittedInstructions instructions)
    {
        (NetworkSpec kept, NetworkSpec recomputed) = networks.Pairs[name];
        var layers = new List<string?>();
        foreach (NetworkSpec spec in new[] { kept, recomputed })
        {
            using var run = new EngineRun(networks.Emitted, spec, instructions);
            run.Engine.Parameters[run.Engine.Parameters.Last(static tensor => tensor.Role == TensorRole.Weight).Name].Row(0).Fill(float.NaN);
            uint[] before = Values(run);
            Step(run, 0);
            layers.Add(run.Engine.NonFiniteLayer);
            Assert.Equal(before, Values(run));
        }
        Assert.NotNull(layers[0]);
        Assert.Equal(layers[0], layers[1]);
    }

    [Theory, MemberData(nameof(Cases))]
    public void Warmed_steps_allocate_nothing(string name, EmittedInstructions instructions)
    {
        using CompiledNetwork network = networks.Emitted.Create(networks.Pairs[name].Recomputed, instructions);
        Batch batch = Samples.Batch(NetworkBuilder.GraphOf(networks.Pairs[name].Recomputed), Batch, 1);
        float[] inputs = Numbers.Inputs(batch);
        int[] labels = [.. batch.Target.Values.Select(static value => (int)value)];
        for (int i = 0; i < 10; i++)
            network.StepBatch(inputs, labels, []);
        Assert.Equal([0], AllocationMeter.Measure(network.Team, 100, () => network.StepBatch(inputs, labels, [])));
    }

    static Plan PlanOf(NetworkSpec spec) => Planner.Plan(NetworkBuilder.GraphOf(spec));

    /// <summary>All bits that four steps, of batches of several sizes, and their predictions leave.</summary>
    static uint[] Train(EmittedNetworks emitted, NetworkSpec spec, EmittedInstructions instructions, Optimizer optimizer, int threads, bool keepsGradients)
    {
        using var run = new EngineRun(emitted, spec, instructions, threads: threads);
        run.Engine.KeepsGradients = keepsGradients;
        run.Engine.Optimizer = optimizer;
        var bits = new List<uint>();
        foreach (int rows in new[] { spec.Batch, (spec.Batch + 1) / 2, 1, spec.Batch })
        {
            Batch batch = Samples.Batch(run.Graph, rows, rows);
            bits.Add(BitConverter.SingleToUInt32Bits(run.StepEngine(batch).Loss));
            bits.AddRange(run.PredictEngine(batch).Select(BitConverter.SingleToUInt32Bits));
        }
        return [.. bits, .. Values(run)];
    }

    static float Step(EngineRun run, int seed) => run.StepEngine(Samples.Batch(run.Graph, Batch, seed)).Loss;

    static uint[] Values(EngineRun run) => [.. run.Engine.Tensors.SelectMany(static tensor => tensor.ToArray()).Select(BitConverter.SingleToUInt32Bits)];

    /// <summary>Networks both ways, in one compilation.</summary>
    public sealed class Networks : IDisposable
    {
        internal static readonly Dictionary<string, NetworkSpec> Named = new()
        {
            ["Everything"] = Zoo.Everything(Batch, Curvature.Auto, width: 14, "ToRecompute"),
            ["Averaged"] = Zoo.Everything(Batch, Curvature.TwoSided, width: 14, "AveragedToRecompute") with { AveragedCurvature = true },
            ["Images"] = Zoo.Images(Batch, Curvature.Channels) with { Name = "ImagesToRecompute" },
            ["Dense"] = Dense(),
            ["Convolutions"] = Convolutions(),
        };

        /// <summary>Compiles them.</summary>
        public Networks()
        {
            Pairs = Named.ToDictionary(static entry => entry.Key, static entry => Pair(entry.Value));
            Emitted = EmittedNetworks.Compile(Pairs.Values.SelectMany(static pair => new[] { pair.Kept, pair.Recomputed }));
        }

        internal IReadOnlyDictionary<string, (NetworkSpec Kept, NetworkSpec Recomputed)> Pairs { get; }

        internal EmittedNetworks Emitted { get; }

        internal static (NetworkSpec Kept, NetworkSpec Recomputed) Pair(NetworkSpec spec) =>
            (spec, spec with { Name = spec.Name + "Recomputed", Recompute = true });

        internal static IEnumerable<Optimizer> OptimizersOf(NetworkSpec spec) => spec.AveragedCurvature
            ? [Optimizer.Sgd2(0.02f) with { GramAverage = 0.9f, AdaptsDamping = true, StepNorm = 0.1f, KlClip = 1e-3f }]
            : [Optimizer.Sgd(0.05f), Optimizer.Sgd2(0.02f), Optimizer.Adam()];

        /// <inheritdoc/>
        public void Dispose() => Emitted.Dispose();

        /// <summary>Every norm with state of its own, and dropout, often enough that some are dropped.</summary>
        static NetworkSpec Dense()
        {
            var b = new NetworkBuilder("DenseToRecompute", Batch);
            Value x = b.Input("x", 30);
            for (int i = 0; i < 4; i++)
                x = x.BatchNorm().Dense(30).Gelu().Dropout(0.3).BatchRms(trueGradient: i % 2 == 0).Dense(30).LayerNorm().Relu();
            return b.SoftmaxCrossEntropy(x.Dense(5), b.Labels(5));
        }

        /// <summary>Residual blocks as image networks have them, with pools, groups and dropout of channels between them.</summary>
        static NetworkSpec Convolutions()
        {
            var b = new NetworkBuilder("ConvolutionsToRecompute", Batch);
            Value x = b.Input("image", 8, 8, 3).Conv(16, "3x3", bias: false).BatchNorm().Relu();
            for (int i = 0; i < 3; i++)
            {
                Value y = x.Conv(16, "3x3", bias: false).BatchNorm().Relu().Conv(16, "3x3", groups: 2).GroupNorm(4);
                x = (y + x).Relu().Dropout(0.2, channels: true);
            }
            x = x.MaxPool("2x2").DepthwiseConv("3x3").BatchRms().Silu().Conv(20, "3x3", curvature: Curvature.Patches).Relu().MaxPool("2x2");
            return b.SoftmaxCrossEntropy(x.Dense(5), b.Labels(5));
        }
    }
}

using AotNet.Compiler;
using AotNet.Compiler.Planning;
using AotNet.Compiler.Specification;
using AotNet.Numerics.Tests.Harness;
using AotNet.Reference;
using AotNet.Runtime;

namespace AotNet.Numerics.Tests.Engine;

/// <summary>
/// Networks whose kernels run one after the other for a few samples at a time agree with the reference, leave the same bits for
/// any number of threads, and allocate nothing: of full batches, of fewer rows, and of fewer rows than portions.
/// </summary>
public sealed class SampleSequenceTests(SampleSequenceTests.Networks networks) : IClassFixture<SampleSequenceTests.Networks>
{
    const int Batch = 33;

    static readonly int[] Rows = [Batch, Batch - 4, 5, 1, Batch];

    /// <summary>Each network on every instruction set.</summary>
    public static TheoryData<string, EmittedInstructions> Cases => InstructionSets.Each(Networks.Specs.Keys);

    /// <summary>What is tested here is there: sequences of both passes, sums among them, and buffers that lie in one place.</summary>
    [Theory, InlineData("Pools"), InlineData("Sounds"), InlineData("Depthwise"), InlineData("Points")]
    public void Both_passes_have_sequences(string name)
    {
        Plan plan = Planner.Plan(NetworkBuilder.GraphOf(Networks.Specs[name]));
        SampleSequence forward = Assert.Single(plan.Forward.OfType<SampleSequence>());
        SampleSequence[] backward = [.. plan.Backward.OfType<SampleSequence>()];
        Assert.True(forward.Kernels.Count > 2 && forward.Samples is > 0 and < Batch);
        Assert.NotEmpty(forward.Folded);
        Assert.Contains(backward, static sequence => sequence.Portions > 1 && sequence.Kernels.Any(static kernel => kernel is SampleSum));
    }

    [Theory, MemberData(nameof(Cases))]
    public void Steps_agree_with_the_reference(string name, EmittedInstructions instructions)
    {
        foreach (Optimizer optimizer in new[] { Optimizer.Sgd(0.05f), Optimizer.Sgd2(0.05f) })
        {
            using EngineRun run = Run(Networks.Specs[name], instructions, threads: 1);
            run.Engine.Optimizer = optimizer;
            foreach (int rows in Rows)
            {
                run.CompareStep(Samples.Batch(run.Graph, rows, rows), 1e-4);
                run.CompareInference(Samples.Batch(run.Graph, rows, rows + 1), 1e-4, compareCorrect: false);
                run.CopyToEngine();
            }
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void Bits_are_the_same_for_any_number_of_threads(string name, EmittedInstructions instructions)
    {
        NetworkSpec spec = Networks.Specs[name];
        uint[] single = Train(spec, instructions, threads: 1);
        Assert.DoesNotContain(single, static bits => !float.IsFinite(BitConverter.UInt32BitsToSingle(bits)));
        foreach (int threads in new[] { 2, 3, 8 })
            Assert.Equal(single, Train(spec, instructions, threads));
    }

    /// <summary>Networks that recompute run their kernels for whole batches.</summary>
    [Theory, MemberData(nameof(Cases))]
    public void So_they_are_without_sequences(string name, EmittedInstructions instructions)
    {
        NetworkSpec recomputed = Networks.Recomputed(Networks.Specs[name]);
        Assert.DoesNotContain(Planner.Plan(NetworkBuilder.GraphOf(recomputed)).Step, static kernel => kernel is SampleSequence);
        Assert.Equal(Train(Networks.Specs[name], instructions, threads: 1), Train(recomputed, instructions, threads: 2));
    }

    [Theory, MemberData(nameof(Cases))]
    public void Warmed_steps_allocate_nothing(string name, EmittedInstructions instructions)
    {
        using CompiledNetwork network = networks.Emitted.Create(Networks.Specs[name], instructions);
        Batch batch = Samples.Batch(NetworkBuilder.GraphOf(Networks.Specs[name]), Batch, 1);
        float[] inputs = Numbers.Inputs(batch);
        int[] labels = [.. batch.Target.Values.Select(static value => (int)value)];
        for (int i = 0; i < 20; i++)
            network.StepBatch(inputs, labels, []);
        Assert.Equal([0], AllocationMeter.Measure(network.Team, 20, () => network.StepBatch(inputs, labels, [])));
    }

    /// <summary>A value that is not finite is found behind its layer, although the values of sequences do not stay.</summary>
    [Theory, MemberData(nameof(Cases))]
    public void Steps_that_fail_name_the_layer(string name, EmittedInstructions instructions)
    {
        using EngineRun run = Run(Networks.Specs[name], instructions, threads: 1);
        NetworkTensor bias = run.Engine.Parameters.Where(static tensor => tensor.Role == TensorRole.Bias).ElementAt(1);
        bias.Row(0).Fill(float.NaN);
        run.StepEngine(Samples.Batch(run.Graph, Batch, 1));
        Assert.Equal(bias.Name, run.Engine.NonFiniteLayer + ".bias");
    }

    EngineRun Run(NetworkSpec spec, EmittedInstructions instructions, int threads) => new(networks.Emitted, spec, instructions, threads: threads);

    /// <summary>All bits that steps of batches of several sizes, and their predictions leave.</summary>
    uint[] Train(NetworkSpec spec, EmittedInstructions instructions, int threads)
    {
        using EngineRun run = Run(spec, instructions, threads);
        Assert.Equal(threads, run.Engine.Threads);
        run.Engine.Optimizer = Optimizer.Sgd2(0.05f);
        var bits = new List<uint>();
        foreach (int rows in Rows)
        {
            Batch batch = Samples.Batch(run.Graph, rows, rows);
            bits.Add(BitConverter.SingleToUInt32Bits(run.StepEngine(batch).Loss));
            bits.AddRange(run.PredictEngine(batch).Select(BitConverter.SingleToUInt32Bits));
        }
        return [.. bits, .. run.Engine.Tensors.SelectMany(static tensor => tensor.ToArray()).Select(BitConverter.SingleToUInt32Bits)];
    }

    /// <summary>Networks with sequences, in one compilation.</summary>
    public sealed class Networks : IDisposable
    {
        internal static readonly Dictionary<string, NetworkSpec> Specs = new()
        {
            ["Pools"] = Pools(),
            ["Sounds"] = Sounds(),
            ["Depthwise"] = Depthwise(),
            ["Points"] = Points(),
        };

        internal EmittedNetworks Emitted { get; } = EmittedNetworks.Compile([.. Specs.Values, .. Specs.Values.Select(Recomputed)]);

        internal static NetworkSpec Recomputed(NetworkSpec spec) => spec with { Name = spec.Name + "Recomputed", Recompute = true };

        /// <inheritdoc/>
        public void Dispose() => Emitted.Dispose();

        /// <summary>Every pool behind convolutions of strides, dilations and groups.</summary>
        static NetworkSpec Pools()
        {
            var b = new NetworkBuilder("SequencedPools", Batch);
            Value x = b.Input("image", 20, 20, 3).Conv(6, "3x3").Relu().MaxPool("2x2").Conv(16, "5x5", dilation: "2x2", padding: "Same").ModU();
            x = x.AveragePool("3x3", "1x1").Conv(20, "3x3", stride: "2x2").Tanh().MaxPool("3x3", "2x2", "1x1").Conv(8, "1x1", groups: 2).Relu();
            return b.SoftmaxCrossEntropy(b.Concat(x.GlobalAveragePool(), x.GlobalMaxPool()).Dense(5), b.Labels(5));
        }

        /// <summary>Convolutions over time.</summary>
        static NetworkSpec Sounds()
        {
            var b = new NetworkBuilder("SequencedSounds", Batch);
            Value x = b.Input("sound", 600, 1).Conv1D(16, 8, stride: 2).ModU().MaxPool("1x2").Conv1D(24, 5).Relu().MaxPool("1x2").Conv1D(24, 3, stride: 2).Relu();
            return b.SoftmaxCrossEntropy(x.GlobalAveragePool().Dense(4), b.Labels(4));
        }

        /// <summary>Channels by themselves, an image that grows again, and padding.</summary>
        static NetworkSpec Depthwise()
        {
            var b = new NetworkBuilder("SequencedDepthwise", Batch);
            Value x = b.Input("image", 14, 14, 5).DepthwiseConv("3x3").ModU().Upsample("2x2").Pad("1x1").Conv(7, "3x3", stride: "2x2").Relu();
            return b.SoftmaxCrossEntropy(x.DepthwiseConv("3x3", stride: "2x2").Relu().AveragePool("2x2").Flatten().Dense(4), b.Labels(4));
        }

        /// <summary>Kernels that meet images at points.</summary>
        static NetworkSpec Points()
        {
            var b = new NetworkBuilder("SequencedPoints", Batch);
            Value x = b.Input("image", 12, 12, 3).Conv(32, "3x3", curvature: Curvature.Off).Relu().Conv(32, "3x3", curvature: Curvature.Off).Relu().MaxPool("2x2");
            return b.SoftmaxCrossEntropy(x.Conv(32, "5x5", curvature: Curvature.Off).Relu().MaxPool("2x2").Dense(4), b.Labels(4));
        }
    }
}

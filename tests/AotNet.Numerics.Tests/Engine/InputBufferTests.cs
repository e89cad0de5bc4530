using AotNet.Compiler;
using AotNet.Compiler.Specification;
using AotNet.Numerics.Tests.Harness;
using AotNet.Runtime;

namespace AotNet.Numerics.Tests.Engine;

/// <summary>Inputs that are written where the network has them.</summary>
public sealed class InputBufferTests(InputBufferTests.Networks networks) : IClassFixture<InputBufferTests.Networks>
{
    // So many that threads share what is to be copied.
    const int Batch = 96, Features = 1040;

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void They_train_as_a_copy_does(int threads)
    {
        uint[] copied = Train(threads, static (_, inputs) => inputs);
        uint[] inPlace = Train(threads, static (network, inputs) => Written(network, inputs, 0));
        Assert.Equal(copied, inPlace);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void From_another_row_on_they_are_moved(int threads)
    {
        uint[] copied = Train(threads, static (_, inputs) => inputs.AsSpan(0, 90 * Features));
        uint[] moved = Train(threads, static (network, inputs) => Written(network, inputs.AsSpan(0, 90 * Features), 5));
        Assert.Equal(copied, moved);
    }

    [Fact]
    public void It_has_room_for_a_batch()
    {
        using CompiledNetwork network = networks.Create(networks.Plain);
        Assert.Equal(Batch * Features, network.InputBuffer.Length);
    }

    [Fact]
    public void There_is_none_of_padded_rows_or_several_inputs()
    {
        using CompiledNetwork padded = networks.Create(networks.Padded), several = networks.Create(networks.Several);
        Assert.Equal(0, padded.InputBuffer.Length);
        Assert.Equal(0, several.InputBuffer.Length);
    }

    [Fact]
    public void A_disposed_network_says_so()
    {
        CompiledNetwork network = networks.Create(networks.Plain);
        network.Dispose();
        Assert.Throws<ObjectDisposedException>(() => network.InputBuffer.Length);
    }

    static Span<float> Written(CompiledNetwork network, ReadOnlySpan<float> inputs, int row)
    {
        Span<float> rows = network.InputBuffer.Slice(row * Features, inputs.Length);
        inputs.CopyTo(rows);
        return rows;
    }

    /// <summary>All bits of losses, predictions and weights.</summary>
    uint[] Train(int threads, InputsOf inputsOf)
    {
        using CompiledNetwork network = networks.Create(networks.Plain, threads);
        var random = new Random(1);
        var bits = new List<uint>();
        for (int step = 0; step < 3; step++)
        {
            float[] inputs = [.. Enumerable.Range(0, Batch * Features).Select(_ => random.NextSingle() - 0.5f)];
            ReadOnlySpan<float> rows = inputsOf(network, inputs);
            int[] labels = [.. Enumerable.Range(0, rows.Length / Features).Select(row => (row + step) % 3)];
            bits.Add(BitConverter.SingleToUInt32Bits(network.StepBatch(rows, labels, []).Loss));
            var outputs = new float[labels.Length * 3];
            network.PredictBatch(inputsOf(network, inputs), outputs);
            bits.AddRange(outputs.Select(BitConverter.SingleToUInt32Bits));
        }
        bits.AddRange(network.Tensors.SelectMany(static tensor => tensor.ToArray()).Select(BitConverter.SingleToUInt32Bits));
        return [.. bits];
    }

    delegate ReadOnlySpan<float> InputsOf(CompiledNetwork network, float[] inputs);

    /// <summary>Networks with and without.</summary>
    public sealed class Networks : IDisposable
    {
        readonly EmittedNetworks emitted;

        /// <summary>Compiles them.</summary>
        public Networks() => emitted = EmittedNetworks.Compile(Plain, Padded, Several);

        internal NetworkSpec Plain { get; } = Of("PlainInputs", Features);

        internal NetworkSpec Padded { get; } = Of("PaddedInputs", Features + 1);

        internal NetworkSpec Several { get; } = SeveralInputs();

        internal CompiledNetwork Create(NetworkSpec spec, int threads = 1) => emitted.Create(spec, InstructionSets.Available[0], threads: threads);

        /// <inheritdoc/>
        public void Dispose() => emitted.Dispose();

        static NetworkSpec Of(string name, int features)
        {
            var b = new NetworkBuilder(name, Batch);
            return b.SoftmaxCrossEntropy(b.Input("x", features).Dense(16).Relu().Dense(3), b.Labels(3));
        }

        static NetworkSpec SeveralInputs()
        {
            var b = new NetworkBuilder("SeveralInputs", Batch);
            return b.SoftmaxCrossEntropy(b.Concat(b.Input("x", 16), b.Input("y", 16)).Dense(3), b.Labels(3));
        }
    }
}
